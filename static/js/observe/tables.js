/* The room: tables to open and close, where they stand, and whom I watched from when to when. */
import { elapsedAt, now } from "../offline/clock.js";
import { called, lesson } from "./lesson.js";
import { fillMap } from "./map.js";
import { panel, show } from "./panels.js";
import { whenSubmitted } from "./submits.js";
import { clock, day } from "./telling.js";
import { piece, put, say, the } from "./words.js";
import { correct, toggle, unwatch, watches } from "./watching.js";

const form = the("watch");

let watch = null; // the one that is corrected

function draw() {
  fillMap(the("map"), toggle);
  the("watches").replaceChildren(...watches().map(watchOf));
}

const nameOf = ({ group, student }) => lesson.groups.get(group)?.name ?? called(student);

function watchOf(found) {
  const times = say("times", { from: both(found.from), until: found.until ? both(found.until) : say("now") });
  const item = piece("watch", { whom: nameOf(found), times, about: ` ${nameOf(found)}` });
  item.querySelector("button").addEventListener("click", () => edit(found));
  return item;
}

// The time of day, and the minute of the lesson beside it.
function both(moment) {
  const elapsed = elapsedAt(lesson.pack.lesson.started_at, Date.parse(moment));
  return elapsed === null ? day(moment) : say("day-and-minute", { day: day(moment), minute: clock(elapsed) });
}

function edit(found) {
  watch = found;
  show("watch");
  document.getElementById("watch-title").textContent = nameOf(found);
  form.elements.from.value = clockOf(found.from);
  form.elements.until.value = found.until ? clockOf(found.until) : "";
  complain();
}

function clockOf(moment) {
  const { hours, minutes } = { hours: new Date(moment).getHours(), minutes: new Date(moment).getMinutes() };
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}

// The same day at this time; untouched where the minute is.
function at(moment, time) {
  if (!time) return null;
  if (moment && clockOf(moment) === time) return moment;
  const [hours, minutes] = time.split(":").map(Number);
  return new Date(new Date(watch.from).setHours(hours, minutes, 0, 0)).toISOString();
}

// What is wrong with the times, and in which field; nothing where they can be.
function problemOf(from, until) {
  if (!from) return ["watch-when", "from"];
  if (Date.parse(from) > now()) return ["watch-future", "from"];
  if (until && Date.parse(until) > now()) return ["watch-future", "until"];
  return until && Date.parse(until) < Date.parse(from) ? ["watch-order", "until"] : [];
}

// Say it, and mark the field at fault.
function complain([problem, fault] = []) {
  put(the("watch-problem"), problem ? say(problem) : "");
  for (const field of [form.elements.from, form.elements.until]) {
    if (field.name === fault) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  form.elements[fault]?.focus();
}

whenSubmitted(form, async () => {
  const from = at(watch.from, form.elements.from.value);
  const until = at(watch.until, form.elements.until.value);
  const problem = problemOf(from, until);
  complain(problem);
  if (!problem.length && (await correct(watch, { happened_at: from, until }))) show("tables");
});

the("unwatched").addEventListener("click", async () => {
  if (await unwatch(watch)) show("tables");
});

panel("tables", draw);
