/* A note: what I saw, and apart from it what I think. It is kept as it grows, and an interpretation alone asks for
   its fact. */
import { ahead } from "../offline/clock.js";
import { draftOf, dropDraft, keepDraft } from "../offline/drafts.js";
import { better, currentStep, stamped, write } from "./book.js";
import { lesson, lessonId, when } from "./lesson.js";
import { fields, fillAbout, fillSteps, isBegun, meant, predict, putWords, said } from "./note_fields.js";
import { close, panel, show } from "./panels.js";
import { whenSubmitted } from "./submits.js";
import { put, say, the } from "./words.js";

const PAUSE = 300; // milliseconds of not typing

const form = the("note");

let mending = null; // the line that is written better
let kept = 0;
let restoring = false;
let restored = false; // what was begun before stands in the form

function draw() {
  if (document.getElementById("note").open) return; // somebody is writing
  const { about, step } = said();
  fillAbout(about || (lesson.chosen === null ? "" : `s${lesson.chosen}`));
  fillSteps(isBegun() || mending ? step : (currentStep()?.id ?? ""));
  put(the("fact-problem"), "");
  predict();
}

/** Open the form for a case pupil at a step. What is begun stays; it is only about somebody else now. */
export function writeAbout(student, step) {
  show("note");
  fields.about.value = `s${student}`;
  if (step) fields.step.value = step;
  predict();
  fields.fact.focus();
}

/** Write a note better. A note that is begun waits: it is not lost. */
export function mend(line) {
  const { record } = line;
  store();
  mending = line;
  putWords(record);
  show("note");
  fillAbout(record.student ? `s${record.student}` : record.group ? `g${record.group}` : "");
  fillSteps(record.step);
  predict();
}

async function keep() {
  const { fact, interpretation, question, domain, flagged } = said();
  if (!fact.trim()) return ask(interpretation.trim() ? "need-fact-of-thought" : "need-fact");
  const note = { ...meant(), fact: fact.trim(), interpretation: interpretation.trim(), question: question.trim(), domain, flagged };
  const done = mending ? await better(mending, note) : await write(stamped({ kind: "note", ...note }));
  if (!done) return;
  await throwAway();
  close("note");
}

function ask(problem) {
  put(the("fact-problem"), say(problem));
  fields.fact.setAttribute("aria-invalid", "true");
  fields.fact.focus();
}

async function throwAway() {
  clearTimeout(kept);
  const wasMending = mending;
  mending = null;
  form.reset();
  fields.fact.removeAttribute("aria-invalid");
  if (wasMending) await restore();
  else await dropDraft(lesson.author, lessonId).catch(() => {}); // it is written down, or to be thrown away
  showDraft();
}

async function restore() {
  const draft = await draftOf(lesson.author, lessonId);
  if (!draft) return;
  putWords(draft);
  fillAbout(draft.about);
  fillSteps(draft.step);
  showDraft();
}

const showDraft = () => (the("draft").hidden = mending !== null || !isBegun());

function store() {
  clearTimeout(kept);
  if (mending || !restored) return;
  const expires = Date.parse(lesson.pack.expires_at) - ahead();
  const done = isBegun() ? keepDraft(lesson.author, lessonId, said(), expires) : dropDraft(lesson.author, lessonId);
  done.catch(() => {}); // a full device: it stays in the form
  showDraft();
}

whenSubmitted(form, keep);
form.addEventListener("input", () => {
  if (fields.fact.value.trim()) put(the("fact-problem"), "");
  fields.fact.removeAttribute("aria-invalid");
  predict();
  clearTimeout(kept);
  kept = setTimeout(store, PAUSE);
});
addEventListener("pagehide", store);
the("empty").addEventListener("click", async () => {
  await throwAway();
  close("note");
});
document.getElementById("note").addEventListener("close", () => {
  if (mending) throwAway();
  else store();
});
the("write-case").addEventListener("click", () => writeAbout(lesson.chosen, currentStep()?.id));

when("pack", async () => {
  if (restoring) return;
  restoring = true;
  await restore();
  restored = true;
});
panel("note", draw);
