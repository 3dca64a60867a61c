/* What waits, as a file: for the day on which a tablet finds no network any more. */
import { entriesOf } from "./outbox.js";
import { photosOf, pictureOf } from "./photos.js";

/** Offer a person's unsent records for saving; needs no connection. `name(id)`: what a pupil is called. */
export async function saveUnsent(author, called) {
  const entries = await entriesOf(author);
  const photos = await Promise.all((await photosOf(author)).map(withPicture));
  const people = { student: called, target: called };
  const records = entries.map(({ device, state, message, record }) => {
    const names = Object.fromEntries(
      Object.entries(people).map(([field, say]) => [`${field}_name`, say(record[field])]).filter(([, said]) => said),
    );
    return { ...record, ...names, device, state, message: message ?? undefined };
  });
  const saved = { schema: 1, author, saved_at: new Date().toISOString(), records, photos };
  offer(JSON.stringify(saved, null, 2), `lesson-study-${saved.saved_at.slice(0, 16).replace(/[:T]/g, "-")}.json`);
}

async function withPicture({ n, ...photo }) {
  const bytes = new Uint8Array(await (await pictureOf(photo)).arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { ...photo, picture: `data:image/jpeg;base64,${btoa(text)}` };
}

function offer(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
