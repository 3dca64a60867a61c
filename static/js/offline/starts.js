/* A lesson that somebody began without a network: the others' clock hears of it later, and from when it runs. */
import { post } from "./answers.js";
import { guess, now, settled } from "./clock.js";
import { asked, within } from "./db.js";
import { deviceOf } from "./outbox.js";

/** The lesson has begun just now; when, as this device has it. */
export async function keepStart(author, lesson) {
  const begun = { happened_at: new Date(now()).toISOString(), ahead: guess() };
  await change(author, (starts) => ({ ...starts, [lesson]: begun }));
  return begun.happened_at;
}

/** When it was begun here and the server has not heard yet; null where it was not. */
export async function startOf(author, lesson) {
  const device = await within(["devices"], "readonly", (devices) => asked(devices.get(author)));
  const begun = device?.starts?.[lesson];
  return begun ? settled(begun, begun.ahead).happened_at : null;
}

/** The server knows when it began. */
export const dropStart = (author, lesson) => change(author, ({ [lesson]: _begun, ...others }) => others);

const change = (author, to) =>
  within(["devices"], "readwrite", async (devices) => {
    const device = await deviceOf(devices, author);
    devices.put({ ...device, starts: to(device.starts ?? {}) });
  });

/** Tell the server what it has not heard, before anything that was written since; true where it took any. */
export async function sendStarts({ author, csrf }) {
  const device = await within(["devices"], "readonly", (devices) => asked(devices.get(author)));
  let isTold = false;
  for (const lesson of Object.keys(device?.starts ?? {})) {
    const ago = Math.max(0, Math.round((now() - Date.parse(await startOf(author, lesson))) / 1000));
    const body = new URLSearchParams({ ago });
    const { status, redirected } = await post(`/observations/lessons/${lesson}/start/`, body, {}, csrf);
    if (!redirected && ![200, 404, 410].includes(status)) continue; // unheard, or not from them
    await dropStart(author, lesson);
    isTold = true;
  }
  return isTold;
}
