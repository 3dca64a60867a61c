/* Everything the capture page needs of a lesson, kept on the device until the lesson is over. */
import { ask } from "./answers.js";
import { ahead, anchor, expect } from "./clock.js";
import { asked, within } from "./db.js";
import { mark } from "./mark.js";

const UNTOLD = ["void"];
const MINE = (author, lesson) => IDBKeyRange.bound([author, lesson], [author, lesson, []]);

/** Fetch and keep it. {pack}; {over: true} where the lesson is not to be watched any more; {signedOut: true}; {}. */
export async function fetchPack(author, lesson) {
  const since = Date.now();
  const { status, body } = await ask(`/observations/lessons/${lesson}/pack.json`);
  if (status === 401 && body) return { signedOut: true };
  if ([403, 404, 410].includes(status) && body) return { over: true };
  if (status !== 200 || !body?.version) return {};
  if (body.author !== author) return { other: body.author };
  anchor(Date.parse(body.server_now));
  mark(author, {}); // signing out takes it away again
  await keep(author, lesson, body, since);
  return { pack: body };
}

// What was confirmed while the pack was on its way may not be in it: that stays. So does
// what was taken back, of which the pack says nothing.
const keep = (author, lesson, pack, since) =>
  within(["packs", "written"], "readwrite", async (packs, written) => {
    packs.put({ author, lesson, pack, ahead: ahead(), expires: Date.parse(pack.expires_at) });
    for (const { id, at, record } of await asked(written.getAll(MINE(author, lesson)))) {
      if (!(at >= since) && !UNTOLD.includes(record.kind)) written.delete([author, lesson, id]);
    }
    for (const { voided, ...record } of pack.records) {
      written.put({ author, lesson, id: record.id, record, voided });
    }
  });

/** The pack as it was kept, the clock set by it; undefined where there is none. */
export async function keptPack(author, lesson) {
  const kept = await within(["packs"], "readonly", (packs) => asked(packs.get([author, lesson])));
  if (kept) expect(kept.ahead);
  return kept?.pack;
}

/** Say what changed in it without the server: the ground rules were accepted here. */
export const changePack = (author, lesson, changes) =>
  within(["packs"], "readwrite", async (packs) => {
    const kept = await asked(packs.get([author, lesson]));
    if (kept) packs.put({ ...kept, pack: { ...kept.pack, ...changes } });
  });

/** Delete the packs of lessons that are over and the notes that were only begun in them; and, where the person is
    known, the packs of everybody but `author`. What waits to be sent stays. */
export const tidy = (author) =>
  within(["packs", "written", "drafts"], "readwrite", async (packs, written, drafts) => {
    for (const kept of await asked(packs.getAll())) {
      const isOver = Date.now() + kept.ahead > kept.expires;
      if (isOver || (author && kept.author !== author)) forget(packs, written, kept.author, kept.lesson);
    }
    for (const draft of await asked(drafts.getAll())) {
      if (Date.now() > draft.expires) drafts.delete([draft.author, draft.lesson]);
    }
  });

/** Delete one lesson's pack, and one's own record of it as far as the server has it. */
export const drop = (author, lesson) =>
  within(["packs", "written"], "readwrite", (packs, written) => forget(packs, written, author, lesson));

function forget(packs, written, author, lesson) {
  packs.delete([author, lesson]);
  written.delete(MINE(author, lesson));
}

/** Delete everything about pupils but what waits to be sent: somebody signs out. */
export const wipe = () =>
  within(["packs", "written", "meta"], "readwrite", (packs, written, meta) => {
    packs.clear();
    written.clear();
    meta.clear();
  });

/** Who used the page last: {author, name}. Without a connection it is theirs. */
export async function lastPerson() {
  const kept = await within(["meta"], "readonly", (meta) => asked(meta.get("person")));
  return kept?.person;
}

export const rememberPerson = (person) =>
  within(["meta"], "readwrite", (meta) => asked(meta.put({ name: "person", person })));
