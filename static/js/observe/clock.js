/* The lesson's clock and the step it is at, ticking in the corner. */
import { elapsedAt, now } from "../offline/clock.js";
import { keepStart } from "../offline/starts.js";
import { wake } from "../offline/sync.js";
import { currentStep } from "./book.js";
import { changed, lesson, lessonId, startedAt, when } from "./lesson.js";
import { clock } from "./telling.js";
import { put, say, the } from "./words.js";

const SOON = 20_000; // milliseconds until it is asked again whether somebody has begun

/** Where the plan would be by now; undefined before the clock runs. */
export function plannedStep() {
  const elapsed = elapsedAt(startedAt(), now());
  if (elapsed === null) return undefined;
  let minutes = 0;
  const reached = lesson.pack.steps.filter((step) => (minutes += step.minutes ?? 0) - (step.minutes ?? 0) <= elapsed / 60);
  return reached.at(-1);
}

function tick() {
  const elapsed = elapsedAt(startedAt(), now());
  if (elapsed !== null) put(the("clock"), clock(elapsed));
}

function draw() {
  const step = currentStep();
  const planned = plannedStep();
  put(the("step"), step ? say("step", { n: step.number, activity: step.activity }) : say("no-step"));
  const hint = planned && planned.id !== step?.id ? say("by-plan", { n: planned.number }) : "";
  put(the("watch-for"), hint || (step?.watch_for ? say("watch-for", { what: step.watch_for }) : ""));
  the("start").hidden = startedAt() !== null;
}

/** Ask from time to time whether the lesson has begun; `ask` fetches the pack. */
export function waitForStart(ask) {
  setInterval(() => {
    if (lesson.pack && !lesson.pack.lesson.started_at && !document.hidden) ask();
  }, SOON);
  the("start").addEventListener("click", async () => {
    // It runs here at once; the others hear of it when there is a network, and from when it runs.
    try {
      lesson.begun = await keepStart(lesson.author, lessonId);
    } catch {
      return changed("sent", { problem: say("not-kept") });
    }
    changed("records");
    await wake();
  });
}

setInterval(() => {
  tick();
  if (lesson.pack) draw();
}, 1000);
when("pack", () => (tick(), draw()));
when("records", draw);
