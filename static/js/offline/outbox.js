/* What was written here and the server has not confirmed yet, each person's apart, oldest first.
   A record leaves only when the server has answered for its own id. */
import { guess, settled } from "./clock.js";
import { asked, within } from "./db.js";
import { uuid } from "./ids.js";
import { mark, marks, waitingOf } from "./mark.js";

const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("lessonstudy") : null;

/** Call `hear` when another tab has written or sent something. */
export const whenOthersWrite = (hear) => channel?.addEventListener("message", hear);

/** Tell the other tabs. */
export const tellOthers = () => channel?.postMessage("");

/** Keep records of a lesson, all or none, numbered without gaps; the entries, once they are on the disk. A record's
    `sure`: names of times in it that are right, though the device's clock may be wrong. */
export async function add(author, lesson, records) {
  const ahead = guess();
  const { entries, device } = await within(["devices", "outbox"], "readwrite", async (devices, outbox) => {
    const device = await deviceOf(devices, author);
    const entries = records.map(({ sure, ...record }) => {
      const seq = (device.seqs[lesson] = (device.seqs[lesson] ?? 0) + 1);
      const said = { id: record.id, state: "waiting", record: { ...record, seq } };
      return { author, lesson, device: device.id, ahead, sure, ...said };
    });
    devices.put(device);
    for (const entry of entries) entry.n = await asked(outbox.add(entry));
    return { entries, device };
  });
  const waiting = waitingOf(author) + entries.length;
  mark(author, { device: device.id, seqs: { [lesson]: device.seqs[lesson] }, waiting });
  tellOthers();
  return entries;
}

/** A device is one person's in one browser, so that two people on one tablet never share its numbers. Where the
    database was removed, the mark knows how far they went: the server will see the gap. */
export async function deviceOf(devices, author) {
  const known = await asked(devices.get(author));
  if (known) return known;
  const { device, seqs = {} } = marks()[author] ?? {};
  return { author, id: device ?? uuid(), seqs: { ...seqs } };
}

/** All entries of a person, oldest first. */
export const entriesOf = (author) =>
  within(["outbox"], "readonly", (outbox) => asked(outbox.index("author").getAll(author)));

/** How many records and photos wait for anybody else who uses this browser. */
export const othersWaiting = (author) =>
  within(["outbox", "photos"], "readonly", async (outbox, photos) => {
    const every = (await asked(outbox.count())) + (await asked(photos.count()));
    const own = (await countOf(outbox, author)) + (await countOf(photos, author));
    return every - own;
  });

const countOf = (store, author) => asked(store.index("author").count(author));

/** Note how much of a person's waits now; how much that is. */
export async function recount(author) {
  const waiting = await within(["outbox", "photos"], "readonly", async (outbox, photos) => {
    return (await countOf(outbox, author)) + (await countOf(photos, author));
  });
  mark(author, { waiting });
  return waiting;
}

/** Watches of which one time was guessed and the other was not are put right here, once, before they are sent: the server
    moves both. */
export async function settleWatches(entries) {
  const mixed = entries.filter(({ ahead, sure }) => typeof ahead === "number" && sure?.length && guess() === null);
  for (const entry of mixed) Object.assign(entry, { record: settled(entry.record, entry.ahead, entry.sure), ahead: null });
  if (mixed.length) await hold(mixed, "waiting");
}

/** The server has these: they leave, and stay to be read in one's own record. Forgotten by a device without power they
    are sent once more, which does no harm; so no tap waits for the disk here. */
export const confirm = (entries) =>
  within(
    ["outbox", "written"],
    "readwrite",
    (outbox, written) => {
      for (const { n, author, lesson, id, record, ahead, sure } of entries) {
        outbox.delete(n);
        written.put({ author, lesson, id, record: settled(record, ahead, sure), at: Date.now() });
      }
    },
    "relaxed",
  );

/** These are to go from this device. */
export const remove = (entries) =>
  within(["outbox", "written"], "readwrite", (outbox, written) => {
    for (const { n, author, lesson, id } of entries) {
      outbox.delete(n);
      written.delete([author, lesson, id]);
    }
  });

/** The server keeps these beside what it had: they leave, and what was first stays to be read. */
export const leave = (entries) =>
  within(["outbox"], "readwrite", (outbox) => entries.forEach(({ n }) => outbox.delete(n)));

/** These could not be taken: they stay, and say why. What was thrown away meanwhile does not come back. */
export const hold = (entries, state) =>
  within(["outbox"], "readwrite", async (outbox) => {
    for (const entry of entries) {
      if (await asked(outbox.getKey(entry.n))) outbox.put(Object.assign(entry, { state }));
    }
  });

/** A refused record with other words, to be sent again under its own id: the server has nothing of it. */
export async function mend(entry, record) {
  const mended = { ...entry, record: { ...entry.record, ...record }, state: "waiting", reason: null, message: null };
  await within(["outbox"], "readwrite", (outbox) => asked(outbox.put(mended)));
  tellOthers();
}

/** What was forbidden, or too much for the server, may be taken this time. */
export const tryAgain = async (author) => {
  const held = (await entriesOf(author)).filter(({ state }) => state === "forbidden" || state === "stuck");
  if (held.length) await hold(held, "waiting");
};

/** What the server holds of one's own record of a lesson, as far as this device knows. */
export const writtenIn = (author, lesson) =>
  within(["written"], "readonly", (written) =>
    asked(written.getAll(IDBKeyRange.bound([author, lesson], [author, lesson, []]))));
