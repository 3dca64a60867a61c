/* Nobody is watched until somebody says so: which table, or where there are no tables which pupils. */
import { lesson, when } from "./lesson.js";
import { fillMap } from "./map.js";
import { tables } from "./seats.js";
import { toggle, watch } from "./watching.js";
import { piece, say, the } from "./words.js";

const area = the("choose");

let picked = new Set(); // pupils, where there are no tables

function draw() {
  const isChosen = tables().length > 0;
  const isLeft = isChosen && area.contains(document.activeElement);
  area.hidden = isChosen;
  the("seats").hidden = !isChosen;
  area.closest("main").classList.toggle("is-choosing", !isChosen);
  if (!isChosen) return fill();
  the("choose-map").replaceChildren();
  picked = new Set();
  if (isLeft) the("seats").querySelector(".seat")?.focus();
}

function fill() {
  const hasTables = lesson.pack.groups.length > 0;
  the("which").textContent = say(hasTables ? "which-table" : "which-pupils");
  the("choose-which").hidden = hasTables;
  if (hasTables) return fillMap(the("choose-map"), toggle);
  the("choose-map").className = "map columns-3";
  the("choose-map").replaceChildren(...lesson.pack.pupils.map(pupilOf));
  the("only-these").disabled = !picked.size;
}

function pupilOf({ id, name }) {
  const pupil = piece("map-table", { name });
  pupil.value = id;
  pupil.ariaPressed = String(picked.has(id));
  return pupil;
}

the("choose-map").addEventListener("click", (event) => {
  const pupil = event.target.closest(".seat");
  if (!pupil || lesson.pack.groups.length) return;
  const id = Number(pupil.value);
  if (!picked.delete(id)) picked.add(id);
  pupil.ariaPressed = String(picked.has(id));
  the("only-these").disabled = !picked.size;
});

the("only-these").addEventListener("click", () => watch([...picked]));
the("all-of-them").addEventListener("click", () => watch(lesson.pack.pupils.map(({ id }) => id)));

when("pack", draw);
when("records", draw);
