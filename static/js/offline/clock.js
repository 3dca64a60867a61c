/* The time of day as the server has it, carried on by a clock that only ticks: a tablet's own may be set wrong.
   Until the server was heard on this page, and where the device slept or somebody set its clock, the time of day is a
   guess: the device's, and how far that was off when the server was last heard. A guess is corrected when it is sent. */

const DRIFT = 5000; // milliseconds by which the two may part

let server = null; // heard on this page, or nothing
let ticks = 0;
let day = 0;
let lead = 0; // of the server's clock, as last known

/** It is this time on the server now. */
export function anchor(moment) {
  if (!Number.isFinite(moment)) return;
  server = moment;
  ticks = performance.now();
  day = Date.now();
  lead = server - day;
}

/** The server's clock was so far ahead when another page heard it. */
export function expect(before) {
  if (server === null) lead = before;
}

// A device that sleeps stops the ticking, one that is set moves the day: either way the two have parted.
const isHeard = () => server !== null && Math.abs(Date.now() - day - (performance.now() - ticks)) < DRIFT;

/** Milliseconds on the server's clock, as well as it is known. */
export const now = () => (isHeard() ? server + performance.now() - ticks : Date.now() + lead);

/** What was added to the device's clock to guess `now`; null where it is no guess. */
export const guess = () => (isHeard() ? null : lead);

/** A record or photo whose times were guessed with `before` added to the device's clock, in the server's time; as it is
    where that is not known. `sure`: names of those that were no guess. */
export function settled(said, before, sure = []) {
  const off = ahead() - before;
  if (typeof before !== "number" || !isHeard() || Math.abs(off) < DRIFT) return said;
  const moved = (moment) => new Date(Date.parse(moment) + off).toISOString();
  const times = ["happened_at", "until"].filter((name) => said[name] && !sure.includes(name));
  return { ...said, ...Object.fromEntries(times.map((name) => [name, moved(said[name])])) };
}

/** How far the server's clock is ahead of the device's. */
export const ahead = () => now() - Date.now();

/** Seconds of the lesson's clock at that moment; null before it runs. */
export const elapsedAt = (startedAt, moment) =>
  startedAt ? Math.max(0, Math.floor((moment - Date.parse(startedAt)) / 1000)) : null;
