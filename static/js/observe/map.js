/* The room to tap on: its tables where they stand, whoever sits at none, and who is watched already. */
import { lesson } from "./lesson.js";
import { openWatches } from "./watching.js";
import { piece, say } from "./words.js";

/** Fill an element with it; `choose({group} or {student})` hears of a tap. */
export function fillMap(map, choose) {
  const focus = map.contains(document.activeElement) ? document.activeElement.dataset.lsFocus : "";
  const { room, groups, pupils } = lesson.pack;
  const cells = room?.cells ?? [];
  const placed = new Set(cells.map(({ group }) => group));
  const loose = groups.filter(({ id }) => !placed.has(id));
  const seated = new Set(groups.flatMap((group) => group.pupils));
  const single = pupils.filter(({ id }) => !seated.has(id) || lesson.pack.mine.includes(id));
  const button = (whom, name) => tableOf(whom, name, choose);
  map.className = room ? `map columns-${room.columns}` : "map";
  map.replaceChildren(
    ...cells.map(({ name, group }) => (group ? button({ group }, name) : piece("map-thing", { name: name || " " }))),
    ...loose.map(({ id, name }) => button({ group: id }, name)),
    ...single.map(({ id, name }) => button({ student: id }, name)),
  );
  if (focus) map.querySelector(`[data-ls-focus="${focus}"]`)?.focus();
}

function tableOf(whom, name, choose) {
  const isOpen = openWatches().some(({ group, student }) => (whom.group ? group === whom.group : student === whom.student));
  const made = piece("map-table", { name, state: say(isOpen ? "open-table" : "closed-table") });
  made.ariaPressed = String(isOpen);
  made.dataset.lsFocus = whom.group ? `group-${whom.group}` : `pupil-${whom.student}`;
  made.addEventListener("click", () => choose(whom));
  return made;
}
