/* Whom I watch, from when to when. It follows from the tables I have open, and can be corrected. */
import { uuid } from "../offline/ids.js";
import { mine, stamped, struckOut, takeBack, write } from "./book.js";
import { lesson } from "./lesson.js";

/** All watches that stand, oldest first: {id, group, student, from, until}. The server's open ones are known from
    the pack, later ones from what I wrote. */
export function watches() {
  const own = mine().filter(({ record }) => record.kind === "watch").map(shapeOf);
  const out = struckOut();
  const known = new Set(own.map(({ id }) => id));
  const given = lesson.pack.watching.filter(({ id }) => !known.has(id) && !out.has(id));
  return [...given.map((watch) => ({ ...watch, until: null })), ...own].sort(byStart);
}

const shapeOf = ({ record }) => ({
  id: record.id,
  group: record.group ?? null,
  student: record.student ?? null,
  from: record.happened_at,
  until: record.until ?? null,
});

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

const corrected = ({ id, group, student, from, until }, changes) => ({
  ...stamped({ kind: "watch", step: null }),
  group,
  student,
  happened_at: from,
  until,
  elapsed: null,
  ...changes,
  id: uuid(),
  replaces: id,
});
