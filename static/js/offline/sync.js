/* When what waits is sent: safe to call at any time, any number of times, in any number of tabs. */
import { recount, tellOthers } from "./outbox.js";
import { Run } from "./run.js";
import { forget, signedIn } from "./session.js";
import { sendStarts } from "./starts.js";

const LONGEST_WAIT = 300; // seconds
const CALM = 700; // milliseconds without a touch
const SHOWN = 60; // milliseconds until what was written is on the screen
const AT_LATEST = 4000; // milliseconds after something was written

let running = null;
let again = false;
let failures = 0;
let timer = 0;
let nextTry = 0;
let quietUntil = 0;
let resting = 0;
let since = 0; // the moment at which the oldest of what is to be sent soon was written
let calm = 0;
let hear = () => {};

/** Call `listener({author, trouble, …})` when something was sent or could not be: trouble is "", "offline",
    "signed_out", "strange" (somebody else answered) or "busy". `confirmed`: the ids that the server has now; `isOther`:
    whether something else became of any; `waiting`: how many still wait. `gone`: how many were of pupils who were erased;
    `isStarted`: the clock of a lesson was; `lost`: {lesson: numbers of records that never arrived and are not here any more}. */
export const whenSent = (listener) => (hear = listener);

/** Send everything of whoever is signed in. */
export function flush() {
  if (running) again = true;
  else if (performance.now() < quietUntil) rest();
  else running = locked(drain).then(settled, settled).finally(ended);
  return running;
}

// The server asked to be left alone: when that is over.
function rest() {
  clearTimeout(resting);
  resting = setTimeout(flush, quietUntil - performance.now());
}

/** Something was written and is on the screen: send it when nobody has touched the page for a moment, or after one
    of the next things that are written. A finger never waits for what was written before. */
export function soon() {
  const isLate = since && performance.now() > since + AT_LATEST;
  since ||= performance.now();
  later(isLate ? SHOWN : CALM);
}

function later(milliseconds) {
  clearTimeout(calm);
  calm = setTimeout(() => {
    since = 0;
    flush();
  }, milliseconds);
}

const touched = () => since && performance.now() < since + AT_LATEST && later(CALM);

/** Something may have changed: ask anew who is signed in, and send. */
export function wake() {
  forget();
  failures = 0;
  nextTry = 0;
  return flush();
}

/** Send now, on coming back, when the connection returns, and from time to time. */
export function keepSending() {
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", () => (document.hidden ? flush() : wake()));
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, touched, { capture: true, passive: true });
  return wake();
}

const locked = (work) => (navigator.locks ? navigator.locks.request("lessonstudy.outbox", work) : work());

async function settled(outcome) {
  const report = outcome instanceof Error ? { trouble: "busy" } : outcome;
  if (report.wait) quietUntil = performance.now() + report.wait * 1000;
  backOff(report);
  if (report.author) report.waiting = await recount(report.author);
  if (report.confirmed?.length || report.isOther) tellOthers();
  hear(report);
}

// 1, 2, 4 … seconds, and a little less by chance. What somebody taps meanwhile is tried at once and delays nothing.
function backOff({ trouble, wait = 0 }) {
  const isEarly = performance.now() < nextTry;
  if (trouble && trouble !== "signed_out" && isEarly && !wait) return;
  clearTimeout(timer);
  nextTry = 0;
  failures = trouble ? failures + 1 : 0;
  if (!trouble || trouble === "signed_out") return;
  const seconds = Math.max(wait, Math.min(LONGEST_WAIT, 2 ** (failures - 1)) * (0.5 + Math.random() / 2));
  nextTry = performance.now() + seconds * 1000;
  timer = setTimeout(() => {
    nextTry = quietUntil = 0;
    flush();
  }, seconds * 1000);
}

function ended() {
  running = null;
  if (again) {
    again = false;
    flush();
  }
}

async function drain() {
  const session = await signedIn();
  if (session.signedOut) return { trouble: "signed_out" };
  if (!session.author) return { trouble: "offline" };
  const isStarted = await sendStarts(session);
  const run = new Run(session);
  const trouble = await run.all();
  return { ...run.report, isStarted, trouble, author: session.author };
}
