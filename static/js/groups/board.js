/* Two taps change places: the first picks a pupil on this page alone, the second posts. Dragging does the same. */

const board = () => document.querySelector("[data-ls-board]");
const first = () => board().querySelector("[data-ls-first]");
const seat = (event) => event.target.closest("[data-ls-seat]");

function pick(chosen) {
  first().value = chosen ? chosen.value : "";
  for (const one of board().querySelectorAll("[data-ls-seat]")) one.ariaPressed = String(one === chosen);
  for (const here of board().querySelectorAll("[data-ls-here]")) here.hidden = !chosen;
  show("nobody", !chosen);
  show("somebody", chosen);
  if (!chosen) return;
  board().querySelector("[data-ls-who]").textContent = chosen.querySelector(".who").firstChild.textContent.trim();
  show("keeps", chosen.dataset.lsLocked !== "1");
  show("frees", chosen.dataset.lsLocked === "1");
}

const show = (part, is) => (board().querySelector(`[data-ls-${part}]`).hidden = !is);

// Before htmx hears it: the first tap stays here, and so does a second one on the same pupil.
document.addEventListener("click", (event) => {
  const chosen = seat(event);
  if (!chosen || (first().value && first().value !== chosen.value)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  pick(first().value ? null : chosen);
}, { capture: true });

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && board() && first().value) pick(null);
});

document.addEventListener("dragstart", (event) => {
  if (!seat(event)) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", seat(event).value);
  pick(seat(event));
});

document.addEventListener("dragover", (event) => {
  if (board()?.contains(event.target) && first().value && event.target.closest("[data-ls-table]")) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const table = event.target.closest("[data-ls-table]");
  if (!table || !board()?.contains(table) || !first().value) return;
  event.preventDefault();
  (seat(event) ?? table.querySelector("[data-ls-here]")).click();
});

// A button that goes with the answer would leave the keyboard nowhere: it goes on at the pupil who was meant, or
// at the answer. Asking how far a proof is moves nothing.
let meant = "";

document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
  if (!board() || !elt.matches("form, button")) meant = "";
  else if (elt.closest("#proof")) meant = "proof-title";
  else meant = first().value ? `seat-${first().value}` : "mix-title";
});

document.addEventListener("htmx:afterSettle", () => {
  if (meant && board() && document.activeElement === document.body) document.getElementById(meant)?.focus();
});
