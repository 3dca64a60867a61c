/* The room: tables to open and close, where they stand, and whom I watched from when to when. */
import { now } from "../offline/clock.js";
import { called, lesson } from "./lesson.js";
import { panel, show } from "./panels.js";
import { whenSubmitted } from "./submits.js";
import { day } from "./telling.js";
import { piece, put, say, the } from "./words.js";
import { correct, openWatches, toggle, unwatch, watches } from "./watching.js";

const map = the("map");
const form = the("watch");

let watch = null; // the one that is corrected

function draw() {
  const focus = map.contains(document.activeElement) ? document.activeElement.dataset.lsFocus : "";
  const { room, groups, pupils } = lesson.pack;
  const cells = room?.cells ?? [];
  const placed = new Set(cells.map(({ group }) => group));
  const loose = groups.filter(({ id }) => !placed.has(id));
  const seated = new Set(groups.flatMap((group) => group.pupils));
  const single = pupils.filter(({ id }) => !seated.has(id) || lesson.pack.mine.includes(id));
  map.className = room ? `map columns-${room.columns}` : "map";
  map.replaceChildren(
    ...cells.map(({ name, group }) => (group ? button({ group }, name) : piece("map-thing", { name: name || " " }))),
    ...loose.map(({ id, name }) => button({ group: id }, name)),
    ...single.map(({ id, name }) => button({ student: id }, name)),
  );
  if (focus) map.querySelector(`[data-ls-focus="${focus}"]`)?.focus();
  the("watches").replaceChildren(...watches().map(watchOf));
}

function button(whom, name) {
  const isOpen = openWatches().some(({ group, student }) => (whom.group ? group === whom.group : student === whom.student));
  const made = piece("map-table", { name, state: say(isOpen ? "open-table" : "closed-table") });
  made.ariaPressed = String(isOpen);
  made.dataset.lsFocus = whom.group ? `group-${whom.group}` : `pupil-${whom.student}`;
  made.addEventListener("click", () => toggle(whom));
  return made;
}

const nameOf = ({ group, student }) => lesson.groups.get(group)?.name ?? called(student);

function watchOf(found) {
  const times = say("times", { from: day(found.from), until: found.until ? day(found.until) : say("now") });
  const item = piece("watch", { whom: nameOf(found), times, about: ` ${nameOf(found)}` });
  item.querySelector("button").addEventListener("click", () => edit(found));
  return item;
}

function edit(found) {
  watch = found;
  show("watch");
  document.getElementById("watch-title").textContent = nameOf(found);
  form.elements.from.value = clockOf(found.from);
  form.elements.until.value = found.until ? clockOf(found.until) : "";
  put(the("watch-problem"), "");
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

function problemOf(from, until) {
  if (!from) return "watch-when";
  if (Math.max(Date.parse(from), until ? Date.parse(until) : 0) > now()) return "watch-future";
  return until && Date.parse(until) < Date.parse(from) ? "watch-order" : "";
}

whenSubmitted(form, async () => {
  const from = at(watch.from, form.elements.from.value);
  const until = at(watch.until, form.elements.until.value);
  const problem = problemOf(from, until);
  put(the("watch-problem"), problem && say(problem));
  if (!problem && (await correct(watch, { happened_at: from, until }))) show("tables");
});

the("unwatched").addEventListener("click", async () => {
  if (await unwatch(watch)) show("tables");
});

panel("tables", draw);
