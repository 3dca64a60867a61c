/* Leaving ends what one watches, coming back begins it anew. A page that was only closed, or slept, counts as left at
   its last sign of life. */
import { now } from "../offline/clock.js";
import { arrive, leaveWith } from "../offline/leaving.js";
import { write } from "./book.js";
import { lesson, lessonId, when } from "./lesson.js";
import { begun, ended, openWatches } from "./watching.js";

const AWAY = 10 * 60 * 1000; // milliseconds after which nobody was watching
const BEAT = 60 * 1000; // milliseconds between signs of life

let isLeaving = false;

const isOn = () => lesson.pack?.accepted_at && !lesson.pack.lesson.ended_at && !document.hidden && !isLeaving;

async function beat() {
  if (!isOn()) return;
  const { until, isSure, left } = await arrive(lesson.author, lessonId);
  if (left) return again(left);
  if (until && now() - Date.parse(until) > AWAY) await resume(until, isSure);
}

// The tables that were open then, those that are still there and have not been opened elsewhere.
async function again(left) {
  const same = (one) => (other) => one.group === other.group && one.student === other.student;
  const isThere = ({ group, student }) => (group ? lesson.groups.has(group) : lesson.pupils.has(student));
  const whom = left.filter((one) => isThere(one) && !openWatches().some(same(one)));
  if (whom.length) await write(...begun(whom));
}

async function resume(until, isSure) {
  const old = openWatches().filter(({ from }) => Date.parse(from) <= Date.parse(until));
  if (old.length) await write(...ended(old, until, isSure), ...begun(old));
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-ls-leave]");
  if (!link || !isOn() || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  isLeaving = true;
  const open = openWatches();
  try {
    if (open.length && (await write(...ended(open, new Date(now()).toISOString())))) {
      await leaveWith(lesson.author, lessonId, open.map(({ group, student }) => ({ group, student })));
    }
  } finally {
    location.href = link.href;
  }
});

addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  isLeaving = false;
  quietly();
});

const quietly = () => beat().catch(() => {}); // a sign of life that was not kept: the next one

let isFirst = true;
when("pack", () => {
  if (isFirst) quietly();
  isFirst = false;
});
setInterval(quietly, BEAT);
document.addEventListener("visibilitychange", quietly);
