/* Dragging from one seat to another: with a finger, a pen or a mouse. Where the seats scroll, a finger that sets out
   up or down scrolls them; one that sets out sideways, or has rested on a seat for a moment, drags. */

const FAR = 12; // pixels; less is an unsteady thumb
const REST = 350; // milliseconds

let start = null; // {seat, x, y, isTouch, rested, drags}
let dragged = false;

/** Whether the click that has just come belongs to a drag; asked once. */
export function wasDragged() {
  const was = dragged;
  dragged = false;
  return was;
}

/** Call `drop(from, to)` when somebody drags from one seat of the area to another. `scrolls()`: whether a finger may
    mean to scroll it instead. */
export function whenDragged(area, drop, scrolls) {
  area.addEventListener("pointerdown", (event) => {
    const seat = event.target.closest(".seat");
    dragged = false;
    forget();
    if (!seat || seat.value === "teacher" || !event.isPrimary) return;
    start = { seat, x: event.clientX, y: event.clientY, isTouch: event.pointerType === "touch" };
    start.timer = setTimeout((begun) => (begun.rested = true), REST, start);
  });
  area.addEventListener("pointermove", (event) => {
    if (!start || !(start.drags ||= isDrag(event, scrolls))) return;
    if (event.target.hasPointerCapture?.(event.pointerId)) event.target.releasePointerCapture(event.pointerId);
    over(area, seatAt(area, event));
  });
  area.addEventListener("pointerup", (event) => {
    const end = start?.drags && seatAt(area, event);
    over(area, null);
    if (end && end !== start.seat) {
      dragged = true;
      drop(start.seat, end);
      setTimeout(() => (dragged = false)); // the click that may follow belongs to the drag
    }
    forget();
  });
  area.addEventListener("pointercancel", () => {
    forget();
    over(area, null);
  });
  // A finger that has rested drags; what is under it stays where it is, and no menu opens.
  area.addEventListener("touchmove", (event) => start?.rested && event.cancelable && event.preventDefault(), { passive: false });
  area.addEventListener("contextmenu", (event) => start?.isTouch && event.preventDefault());
}

// Decided once, when the pointer has gone far enough; a finger that scrolls is let go.
function isDrag({ clientX, clientY }, scrolls) {
  const [aside, along] = [Math.abs(clientX - start.x), Math.abs(clientY - start.y)];
  if (Math.hypot(aside, along) < FAR) return false;
  if (!start.isTouch || start.rested || aside > along || !scrolls()) return true;
  forget();
  return false;
}

function forget() {
  clearTimeout(start?.timer);
  start = null;
}

function seatAt(area, { clientX, clientY }) {
  const seat = document.elementFromPoint(clientX, clientY)?.closest(".seat");
  return seat && area.contains(seat) && seat.value !== "teacher" ? seat : null;
}

function over(area, seat) {
  for (const one of area.querySelectorAll(".is-over")) one.classList.remove("is-over");
  if (seat && seat !== start?.seat) seat.classList.add("is-over");
}
