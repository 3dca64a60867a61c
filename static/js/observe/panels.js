/* What opens over the page: data-ls-open names the panel, data-ls-close closes it. Each is drawn when it opens, and
   again when something changes while it is open. */
import { when } from "./lesson.js";

const drawers = new Map();

/** `draw` fills the panel of this id. */
export const panel = (id, draw) => drawers.set(id, draw);

/** Open a panel in the place of whatever is open. */
export function show(id) {
  const dialog = document.getElementById(id);
  if (dialog.open) return;
  for (const open of document.querySelectorAll("dialog.panel[open]")) open.close();
  drawers.get(id)?.();
  dialog.showModal();
  dialog.scrollTop = 0;
}

/** Close it. */
export const close = (id) => document.getElementById(id).close();

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-ls-open]");
  if (opener) show(opener.dataset.lsOpen);
  else if (event.target.closest("[data-ls-close]")) event.target.closest("dialog").close();
  else if (event.target.matches("dialog.panel")) event.target.close(); // beside it
});

function redraw() {
  for (const open of document.querySelectorAll("dialog.panel[open]")) drawers.get(open.id)?.();
}

for (const what of ["pack", "records", "sent"]) when(what, redraw);
