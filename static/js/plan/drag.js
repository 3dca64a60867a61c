/* Moves a row by its handle, with the mouse or a finger: data-ls-drag holds where the new place is sent. The
   arrows beside it do the same for the keyboard. */
import { ask, refresh } from "./live.js";

const EDGE = 60; // pixels from the edge of the window at which a dragged row scrolls the page
const SPEED = 8; // pixels it scrolls in a frame

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest("[data-ls-drag]");
  const row = handle?.closest("[data-ls-row]");
  if (!row || event.button !== 0) return;
  event.preventDefault();
  handle.setPointerCapture(event.pointerId); // the row itself stays until it is dropped, or the capture would end
  const others = [...row.parentElement.querySelectorAll(":scope > [data-ls-row]")].filter((one) => one !== row);
  const began = [...row.parentElement.querySelectorAll(":scope > [data-ls-row]")].indexOf(row);
  let to = began;
  row.classList.add("dragged");

  let finger = event.clientY;
  const aim = () => {
    const below = others.findIndex((one) => finger < middle(one));
    to = below === -1 ? others.length : below;
    mark(others, to);
  };
  const move = ({ clientY }) => {
    finger = clientY;
    aim();
  };
  let frame = requestAnimationFrame(function scroll() {
    const by = finger < EDGE ? -SPEED : finger > innerHeight - EDGE ? SPEED : 0;
    if (by) {
      window.scrollBy({ top: by, behavior: "instant" }); // a finger that rests at the edge goes on scrolling
      aim();
    }
    frame = requestAnimationFrame(scroll);
  });
  const drop = async ({ type }) => {
    cancelAnimationFrame(frame);
    handle.removeEventListener("pointermove", move);
    row.classList.remove("dragged");
    mark(others, null);
    if (type === "pointercancel" || to === began) return;
    row.parentElement.insertBefore(row, others[to] ?? null);
    const body = new FormData();
    body.set("to", to);
    if (!(await ask(handle.dataset.lsDrag, { method: "POST", body }))) await refresh();
  };
  handle.addEventListener("pointermove", move);
  handle.addEventListener("pointerup", drop, { once: true });
  handle.addEventListener("pointercancel", drop, { once: true });
});

function mark(rows, to) {
  rows.forEach((row, at) => {
    row.classList.toggle("drop-above", at === to);
    row.classList.toggle("drop-below", to === rows.length && at === rows.length - 1);
  });
}

function middle(row) {
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2;
}
