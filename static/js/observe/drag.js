/* Dragging from one seat to another: with a finger, a pen or a mouse. */

const FAR = 12; // pixels; less is an unsteady thumb

let start = null; // {seat, x, y}
let dragged = false;

/** Whether the click that has just come belongs to a drag; asked once. */
export function wasDragged() {
  const was = dragged;
  dragged = false;
  return was;
}

/** Call `drop(from, to)` when somebody drags from one seat of the area to another. */
export function whenDragged(area, drop) {
  area.addEventListener("pointerdown", (event) => {
    const seat = event.target.closest(".seat");
    dragged = false;
    start = seat && seat.value !== "teacher" && event.isPrimary ? { seat, x: event.clientX, y: event.clientY } : null;
  });
  area.addEventListener("pointermove", (event) => {
    if (!start || Math.hypot(event.clientX - start.x, event.clientY - start.y) < FAR) return;
    if (event.target.hasPointerCapture?.(event.pointerId)) event.target.releasePointerCapture(event.pointerId);
    over(area, seatAt(area, event));
  });
  area.addEventListener("pointerup", (event) => {
    const end = start && seatAt(area, event);
    over(area, null);
    if (end && end !== start.seat) {
      dragged = true;
      drop(start.seat, end);
      setTimeout(() => (dragged = false)); // the click that may follow belongs to the drag
    }
    start = null;
  });
  area.addEventListener("pointercancel", () => {
    start = null;
    over(area, null);
  });
}

function seatAt(area, { clientX, clientY }) {
  const seat = document.elementFromPoint(clientX, clientY)?.closest(".seat");
  return seat && area.contains(seat) && seat.value !== "teacher" ? seat : null;
}

function over(area, seat) {
  for (const one of area.querySelectorAll(".is-over")) one.classList.remove("is-over");
  if (seat && seat !== start?.seat) seat.classList.add("is-over");
}
