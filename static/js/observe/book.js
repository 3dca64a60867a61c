/* What I wrote in this lesson, on this device and on the server: written first, shown then, sent after. */
import { elapsedAt, guess, now, settled } from "../offline/clock.js";
import { uuid } from "../offline/ids.js";
import { isFull } from "../offline/keeping.js";
import { add, entriesOf, mend, recount, writtenIn } from "../offline/outbox.js";
import { flush, soon } from "../offline/sync.js";
import { changed, lesson, lessonId } from "./lesson.js";
import { together } from "./telling.js";
import { say } from "./words.js";

/** id → {record, at, entry, voided}; `entry` while it is on this device alone. */
let lines = new Map();
let standing = null;
let waiting = 0;

/** Everything of mine in this lesson, read anew. */
export async function load() {
  const entries = (await entriesOf(lesson.author)).filter((entry) => entry.lesson === lessonId);
  const written = await writtenIn(lesson.author, lessonId);
  lines = new Map(written.map(({ id, record, voided }) => [id, { record, at: Date.parse(record.happened_at), voided }]));
  entries.forEach(enter);
  waiting = await recount(lesson.author);
  standing = null;
  changed("records");
}

const enter = (entry) => lines.set(entry.id, { record: entry.record, at: Date.parse(entry.record.happened_at), entry });

/** The server has these; so much still waits. */
export function confirmed(ids, left) {
  for (const id of ids) if (lines.has(id)) arrived(lines.get(id));
  standing = null;
  waiting = left;
}

function arrived(line) {
  line.record = settled(line.record, line.entry?.ahead, line.entry?.sure);
  line.at = Date.parse(line.record.happened_at);
  line.entry = undefined;
}

/** How much waits on this device: of this person, in whatever lesson. */
export const waitingNow = () => waiting;

/** What stands, oldest first: not taken back, not replaced by something better. */
export function mine() {
  if (standing) return standing;
  const out = struckOut();
  const counts = ({ record, voided }) => !voided && record.kind !== "void" && !out.has(record.id);
  const order = (one, other) => one.at - other.at || one.record.seq - other.record.seq;
  standing = [...lines.values()].filter(counts).sort(order);
  return standing;
}

/** Ids of what was taken back or replaced. */
export const struckOut = () => new Set([...lines.values()].map(({ record }) => record.replaces));

/** What I saw last, to be taken back: a line, or all the lines of one look round; [] for nothing. */
export const last = () => together(mine().filter(({ record }) => record.kind !== "watch")).at(-1) ?? [];

/** How often I wrote something down for each pupil: id → number. */
export function events() {
  const counts = new Map();
  for (const { record } of mine()) {
    if (record.kind === "event") counts.set(record.student, (counts.get(record.student) ?? 0) + 1);
  }
  return counts;
}

/** Where the lesson is, as I last said. */
export const currentStep = () =>
  lesson.steps.get(
    mine().findLast(({ record: { kind, step, response, fact } }) => kind === "marker" && step && !response && !fact)
      ?.record.step,
  );

/** A record of now; `said` is what it says. By a clock that is a guess the lesson's own is not told. */
export function stamped(said) {
  const moment = now();
  return {
    id: uuid(),
    lesson: lessonId,
    happened_at: new Date(moment).toISOString(),
    elapsed: guess() === null ? elapsedAt(lesson.pack.lesson.started_at, moment) : null,
    step: currentStep()?.id ?? null,
    ...said,
  };
}

/** Write records down, all or none: on the disk first, then on the screen, then to the server. False, and said,
    where this device did not keep them. */
export async function write(...records) {
  let entries;
  try {
    entries = await add(lesson.author, lessonId, records);
  } catch (error) {
    return notKept(error);
  }
  entries.forEach(enter);
  waiting += entries.length;
  standing = null;
  changed("records", { records });
  soon();
  return true;
}

function notKept(error) {
  changed("sent", { problem: say(isFull(error) ? "full" : "not-kept") });
  return false;
}

/** Write the same thing better: the first stays, struck out. What the server refused is mended in place. */
export async function better({ record, entry }, changes) {
  if (entry?.state === "rejected") {
    try {
      await mend(entry, changes);
      await load();
    } catch (error) {
      return notKept(error);
    }
    flush();
    return true;
  }
  const { seq, id, ...kept } = settled(record, entry?.ahead, entry?.sure);
  return write({ ...kept, ...changes, id: uuid(), replaces: id });
}

/** Strike these out. */
export const takeBack = (...lines) =>
  write(...lines.map(({ record }) => stamped({ kind: "void", replaces: record.id, step: null })));
