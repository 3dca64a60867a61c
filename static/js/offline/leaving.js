/* Somebody was here until then, and had these tables open when they left: kept with their device, so that it outlives
   signing out. Only numbers, never a name. */
import { guess, now, settled } from "./clock.js";
import { asked, within } from "./db.js";
import { uuid } from "./ids.js";
import { add, deviceOf, entriesOf, writtenIn } from "./outbox.js";
import { flush } from "./sync.js";

const A_MOMENT = 3000; // milliseconds that signing out waits for the server

/** They are here. {until, isSure, left}: when they were last, whether that is no guess, and the tables they had open when they left; told once. */
export const arrive = (author, lesson) =>
  within(
    ["devices"],
    "readwrite",
    async (devices) => {
      const device = await deviceOf(devices, author);
      const { at, ahead, left } = device.lives?.[lesson] ?? {};
      const until = at && settled({ happened_at: at }, ahead).happened_at;
      devices.put({ ...device, lives: { ...device.lives, [lesson]: sign() } });
      return { until, isSure: typeof ahead !== "number", left };
    },
    "relaxed",
  );

const sign = () => ({ at: new Date(now()).toISOString(), ahead: guess() });

/** They leave, with these tables open: [{group, student}]. */
export const leaveWith = (author, lesson, left) =>
  within(["devices"], "readwrite", async (devices) => {
    const device = await deviceOf(devices, author);
    devices.put({ ...device, lives: { ...device.lives, [lesson]: { ...sign(), left } } });
  });

/** They sign out: whom they watch in any lesson they watch no longer. Sent now, where that is possible. */
export async function leaveAll(author) {
  const packs = await within(["packs"], "readonly", (packs) => asked(packs.getAll()));
  for (const { lesson, pack } of packs.filter((kept) => kept.author === author && !kept.pack.lesson.ended_at)) {
    const entries = (await entriesOf(author)).filter((entry) => entry.lesson === lesson);
    const open = openIn(pack, [...(await writtenIn(author, lesson)), ...entries].map(({ record }) => record));
    if (!open.length) continue;
    await add(author, lesson, open.map((watch) => ended(watch, lesson)));
    await leaveWith(author, lesson, open.map(({ group, student }) => ({ group, student })));
  }
  await Promise.race([flush(), new Promise((resolve) => setTimeout(resolve, A_MOMENT))]);
}

function openIn(pack, records) {
  const out = new Set(records.map(({ replaces }) => replaces));
  const own = records.filter(({ kind }) => kind === "watch").map(({ happened_at: from, ...rest }) => ({ ...rest, from }));
  const known = new Set(own.map(({ id }) => id));
  const all = [...pack.watching.filter(({ id }) => !known.has(id)), ...own];
  return all.filter(({ id, until }) => !until && !out.has(id));
}

const ended = ({ id, group = null, student = null, from }, lesson) => ({
  id: uuid(),
  lesson,
  kind: "watch",
  happened_at: from,
  elapsed: null,
  step: null,
  group,
  student,
  until: new Date(Math.max(now(), Date.parse(from))).toISOString(),
  sure: ["happened_at"], // as far as it is known here
  replaces: id,
});
