/* A note that is being written, kept as it grows: bound to its person and its lesson. */
import { asked, within } from "./db.js";

/** What was typed; undefined where nothing was. */
export const draftOf = async (author, lesson) =>
  (await within(["drafts"], "readonly", (drafts) => asked(drafts.get([author, lesson]))))?.fields;

/** `expires`: by the device's clock. */
export const keepDraft = (author, lesson, fields, expires) =>
  within(["drafts"], "readwrite", (drafts) => asked(drafts.put({ author, lesson, fields, expires })));

export const dropDraft = (author, lesson) =>
  within(["drafts"], "readwrite", (drafts) => asked(drafts.delete([author, lesson])));
