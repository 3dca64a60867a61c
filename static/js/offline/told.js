/* What there is to tell about a lesson until it was read: records that met something else under their id. */
import { asked, within } from "./db.js";

const name = (author, lesson) => `clashes ${author} ${lesson}`;

/** Two texts met: the server keeps both, and a person decides there. */
export const noteClashes = (entries) =>
  within(["meta"], "readwrite", async (meta) => {
    for (const { author, lesson, id } of entries) {
      const kept = await asked(meta.get(name(author, lesson)));
      const ids = new Set([...(kept?.ids ?? []), id]);
      meta.put({ name: name(author, lesson), ids: [...ids] });
    }
  });

/** How many of them wait to be looked at. */
export async function clashesIn(author, lesson) {
  const kept = await within(["meta"], "readonly", (meta) => asked(meta.get(name(author, lesson))));
  return kept?.ids.length ?? 0;
}

/** Somebody goes to look. */
export const readClashes = (author, lesson) =>
  within(["meta"], "readwrite", (meta) => asked(meta.delete(name(author, lesson))));
