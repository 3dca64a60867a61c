/* Who sits at the tables I have open: tap a pupil to choose them, drag from one to another for who spoke to whom. */
import { currentStep, events } from "./book.js";
import { plannedStep } from "./clock.js";
import { wasDragged, whenDragged } from "./drag.js";
import { aim, choose, lesson, when } from "./lesson.js";
import { openGroups, openPupils } from "./watching.js";
import { count, piece, put, say, the } from "./words.js";

const area = the("seats");

const sizes = new ResizeObserver(measure);

let drawn = "";

/** Pupils before me, table by table: [{name, pupils}]. */
export function tables() {
  const groups = openGroups().map(({ name, pupils }) => ({
    name,
    pupils: pupils.map((id) => lesson.pupils.get(id)).filter(Boolean),
  }));
  const seated = new Set(groups.flatMap(({ pupils }) => pupils.map(({ id }) => id)));
  const single = openPupils().filter(({ id }) => !seated.has(id));
  return single.length ? [...groups, { name: say("pupils"), pupils: single }] : groups;
}

/** All pupils before me. */
export const before = () => tables().flatMap(({ pupils }) => pupils);

function draw() {
  const shown = tables();
  const now = JSON.stringify([lesson.pack.version, shown]);
  if (now !== drawn) {
    drawn = now;
    area.replaceChildren(...shown.map(tableOf), teacher());
    sizes.disconnect();
    for (const one of [area, ...area.children]) sizes.observe(one);
  }
  put(the("title"), titleOf(shown));
  recount();
  mark();
}

function tableOf({ name, pupils }) {
  const table = piece("table", { name });
  const cases = new Set(lesson.pack.case_pupils.map(({ student }) => student));
  for (const { id, name } of pupils) {
    const seat = piece("seat", { name, events: " " });
    seat.value = id;
    if (cases.has(id)) {
      seat.classList.add("is-case");
      seat.title = say("case");
    }
    table.append(seat);
  }
  return table;
}

function teacher() {
  const seat = piece("seat", { name: say("teacher") });
  seat.value = "teacher";
  seat.hidden = true;
  return seat;
}

function titleOf(shown) {
  const { groups, pupils } = lesson.pack;
  if (!shown.length) return say(groups.length ? "no-table" : "which-pupils");
  const whole = groups.length ? openGroups().length === groups.length : openPupils().length === pupils.length;
  if (whole && shown.length !== 1) return say("whole-class");
  const [{ name }, ...others] = shown;
  return others.length ? say("and-others", { name, n: others.length }) : name;
}

function recount() {
  const counts = events();
  for (const seat of area.querySelectorAll(".seat")) {
    if (seat.value !== "teacher") put(seat.querySelector("small"), count("events", counts.get(Number(seat.value)) ?? 0));
  }
}

function mark() {
  for (const seat of area.querySelectorAll(".seat")) {
    seat.ariaPressed = String(seat.value === String(lesson.chosen));
    seat.classList.toggle("is-target", seat.value === String(lesson.target));
    if (seat.value === "teacher") seat.hidden = !lesson.asksTarget && lesson.target !== "teacher";
  }
  showCase();
}

// What the team expected of a chosen case pupil stands beside what they do.
function showCase() {
  const found = lesson.pack.case_pupils.find(({ student }) => student === lesson.chosen);
  const step = (currentStep() ?? plannedStep())?.id;
  const expected = found?.predictions.find((one) => one.step === step) ?? found?.predictions.find((one) => !one.step);
  the("case").hidden = !found;
  const text = expected ? say("predicted", { text: expected.text }) : found?.typifies;
  the("case").querySelector("p").textContent = text ?? "";
}

// Where nothing scrolls every direction is free for dragging. Whatever is hidden has no height yet.
function measure() {
  if (area.clientHeight) area.classList.toggle("fits", area.scrollHeight <= area.clientHeight + 1);
}

function pick(seat) {
  const id = seat.value === "teacher" ? "teacher" : Number(seat.value);
  if (lesson.asksTarget && id !== lesson.chosen) aim(id);
  else if (id !== "teacher") choose(id);
  else aim(null);
}

area.addEventListener("click", (event) => {
  const seat = event.target.closest(".seat");
  if (seat && !wasDragged()) pick(seat);
});

const drop = (from, to) => {
  choose(Number(from.value));
  aim(Number(to.value));
};

whenDragged(area, drop, () => !area.classList.contains("fits"));

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && lesson.chosen && !document.querySelector("dialog[open]")) choose(null);
});

when("pack", draw);
when("records", (detail) => (detail?.records?.every(({ kind }) => !["watch", "void"].includes(kind)) ? recount() : draw()));
when("choice", mark);
