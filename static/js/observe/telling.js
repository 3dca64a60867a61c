/* A record in words: who did what, and when. */
import { elapsedAt } from "../offline/clock.js";
import { called, lesson, startedAt } from "./lesson.js";
import { say } from "./words.js";

/** Seconds of the lesson's clock as it shows them: 754 is 12:34. */
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** The time of day. */
export const day = (moment) =>
  new Date(moment).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** By the lesson's clock, or the time of day where it did not run. */
export function whenOf({ elapsed, happened_at }) {
  const moment = Date.parse(happened_at);
  const isDuring = moment >= Date.parse(startedAt());
  const seconds = elapsed ?? (isDuring ? elapsedAt(startedAt(), moment) : null);
  return seconds === null ? day(happened_at) : clock(seconds);
}

/** Who did what, without the words of a note. */
export function whatOf(record) {
  const { kind, student, group, target } = record;
  const who = called(student) || (lesson.groups.get(group)?.name ?? "");
  const to = target ? say("to", { whom: called(target, say("teacher")) }) : "";
  const act = kind === "marker" ? markerOf(record) : kind === "note" ? say("note") : labelOf(record);
  return [who, act, to].filter(Boolean).join(" ");
}

/** Lines one by one, but those of one look round together: [[line, …], …]. */
export function together(lines) {
  const shown = [];
  for (const one of lines) {
    const before = shown.at(-1)?.[0].record;
    const isSame = before?.happened_at === one.record.happened_at && before.kind === one.record.kind;
    if (isSame && before.kind === "sample") shown.at(-1).push(one);
    else shown.push([one]);
  }
  return shown;
}

/** What such lines say. */
export const whatOfAll = (lines) => (lines.length > 1 ? sampled(lines) : whatOf(lines[0].record));

function sampled(lines) {
  const at = lines.filter(({ record }) => record.code === "on_task").length;
  return say("sample", { at, off: lines.length - at });
}

const labelOf = ({ code }) => lesson.codes.get(code)?.label ?? code ?? "";

function markerOf({ step, response, fact }) {
  const found = lesson.steps.get(step);
  if (response) {
    const text = found?.responses.find(({ id }) => id === response)?.text ?? "";
    return `${say("marker-response")} ${text}`;
  }
  return fact ? say("marker-unforeseen") : say("marker-step", { n: found?.number ?? "" });
}
