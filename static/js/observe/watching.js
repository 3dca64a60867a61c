/* Whom I watch, from when to when. It follows from the tables I have open, and can be corrected. */
import { settled } from "../offline/clock.js";
import { uuid } from "../offline/ids.js";
import { mine, stamped, struckOut, takeBack, write } from "./book.js";
import { lesson } from "./lesson.js";

/** All watches that stand, oldest first: {id, group, student, from, until}. The server's are known from the pack,
    later ones from what I wrote. */
export function watches() {
  const own = mine().filter(({ record }) => record.kind === "watch").map(shapeOf);
  const out = struckOut();
  const known = new Set(own.map(({ id }) => id));
  const given = lesson.pack.watching.filter(({ id }) => !known.has(id) && !out.has(id));
  return [...given.map((watch) => ({ ...watch, isSure: true })), ...own].sort(byStart);
}

function shapeOf({ record, entry }) {
  const { id, group = null, student = null, happened_at: from, until = null } = settled(record, entry?.ahead, entry?.sure);
  const isSure = typeof entry?.ahead !== "number" || Boolean(entry.sure?.includes("happened_at"));
  return { id, group, student, from, until, isSure };
}

const byStart = (one, other) => Date.parse(one.from) - Date.parse(other.from);

/** The watches that go on. */
export const openWatches = () => watches().filter(({ until }) => !until);

/** Groups with an open table, in the pack's order. */
export function openGroups() {
  const open = new Set(openWatches().map(({ group }) => group));
  return lesson.pack.groups.filter(({ id }) => open.has(id));
}

/** Pupils watched on their own. */
export function openPupils() {
  const open = new Set(openWatches().map(({ student }) => student));
  return lesson.pack.pupils.filter(({ id }) => open.has(id));
}

/** Open or close a group's table, or begin or end to watch one pupil: {group} or {student}. */
export async function toggle(whom) {
  const { group = null, student = null } = whom;
  const open = openWatches().filter((watch) => watch.group === group && watch.student === student);
  const record = stamped({ kind: "watch", step: null, until: null, ...whom });
  if (!open.length) return write(record);
  return write(...open.map((watch) => corrected(watch, { until: record.happened_at })));
}

/** Begin to watch each of these pupils. */
export const watch = (students) =>
  write(...students.map((student) => stamped({ kind: "watch", step: null, until: null, student })));

/** The watch with other times. */
export const correct = (watch, times) => write(corrected(watch, times));

/** It was not watched at all. */
export const unwatch = (watch) => takeBack({ record: { id: watch.id } });

/** These were watched until then; `isSure`: and that is no guess. */
export const ended = (watches, until, isSure = false) =>
  watches.map((watch) => corrected(watch, { until: notBefore(watch.from, until) }, isSure ? ["until"] : []));

const notBefore = (from, until) => (Date.parse(until) < Date.parse(from) ? from : until);

/** Watches from now on. */
export const begun = (whom) =>
  whom.map(({ group, student }) => stamped({ kind: "watch", step: null, until: null, group, student }));

const corrected = ({ id, group, student, from, until, isSure }, changes, sure = []) => ({
  ...stamped({ kind: "watch", step: null }),
  group,
  student,
  happened_at: from,
  until,
  elapsed: null,
  ...changes,
  sure: isSure && !("happened_at" in changes) ? ["happened_at", ...sure] : sure,
  id: uuid(),
  replaces: id,
});
