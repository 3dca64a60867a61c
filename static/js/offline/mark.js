/* A mark outside IndexedDB, so that its loss is noticed: each person's device, how far its numbers went, and how
   much waits to be sent. No name, no pupil, no text. */

const KEY = "lessonstudy.tablet";

/** Everybody's marks: {author: {device, seqs: {lesson: number}, waiting}}. */
export function marks() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

/** Note what changed for one person. */
export function mark(author, changes) {
  const all = marks();
  const before = all[author] ?? {};
  all[author] = { ...before, ...changes, seqs: { ...before.seqs, ...changes.seqs } };
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    // Without a mark everything works; only a loss would go unnoticed.
  }
}

/** How much of a person's waits on this device. */
export const waitingOf = (author) => marks()[author]?.waiting ?? 0;
