/* Whether what is kept here is safe: the browser may throw it away, or have no room. */
import { wasEmpty } from "./db.js";
import { mark, marks } from "./mark.js";

/** Ask the browser to keep our data; true where it does. */
export async function askToKeep() {
  try {
    return (await navigator.storage.persisted()) || (await navigator.storage.persist());
  } catch {
    return false;
  }
}

/** How many unsent records of this person went with the browser's data; null where nothing was removed. Call it
    after something was read. */
export function removed(author) {
  const before = marks()[author];
  if (!wasEmpty() || !before?.device) return null;
  mark(author, { waiting: 0 });
  return before.waiting ?? 0;
}

/** True for the error of a device that is full. */
export const isFull = (error) => error?.name === "QuotaExceededError";
