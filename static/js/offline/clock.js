/* The time of day as the server has it, carried on by a clock that only ticks: a tablet's own may be set wrong.
   Where the device slept, the ticking stood still, and the time of day says how long. */

const A_NAP = 2 * 60 * 60 * 1000; // milliseconds; a longer jump is somebody setting the clock

let server = Date.now();
let ticks = performance.now();
let day = Date.now();

/** It is this time on the server now. */
export function anchor(moment) {
  server = moment;
  ticks = performance.now();
  day = Date.now();
}

/** Milliseconds on the server's clock. */
export const now = () => server + performance.now() - ticks;

/** How far the server's clock is ahead of the device's. */
export const ahead = () => now() - Date.now();

/** Seconds of the lesson's clock at that moment; null before it runs. */
export const elapsedAt = (startedAt, moment) =>
  startedAt ? Math.max(0, Math.floor((moment - Date.parse(startedAt)) / 1000)) : null;

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  const slept = Date.now() - day - (performance.now() - ticks);
  if (slept > 1000 && slept < A_NAP) anchor(now() + slept);
});
