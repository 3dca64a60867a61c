/* A note: what I saw, and apart from it what I think. It is kept as it grows, and an interpretation alone asks for
   its fact. */
import { draftOf, dropDraft, keepDraft } from "../offline/drafts.js";
import { better, currentStep, stamped, write } from "./book.js";
import { lesson, lessonId, when } from "./lesson.js";
import { close, panel, show } from "./panels.js";
import { before } from "./seats.js";
import { option, piece, put, say, the } from "./words.js";

const PAUSE = 300; // milliseconds of not typing
const TEXTS = ["fact", "interpretation", "question"];

const form = the("note");
const fields = form.elements;

let mending = null; // the line that is written better
let kept = 0;

function draw() {
  if (document.getElementById("note").open) return; // somebody is writing
  const { about, step } = said();
  fillAbout(about || whoIsMeant());
  fillSteps(isBegun() || mending ? step : (currentStep()?.id ?? ""));
  put(the("fact-problem"), "");
  predict();
}

const whoIsMeant = () => (lesson.chosen === null ? "" : `s${lesson.chosen}`);

function fillAbout(chosen) {
  const near = before();
  const others = lesson.pack.pupils.filter((pupil) => !near.includes(pupil));
  const lists = [
    ["pupils", [...near, ...others].map(({ id, name }) => [`s${id}`, name])],
    ["groups", lesson.pack.groups.map(({ id, name }) => [`g${id}`, name])],
  ];
  the("about").replaceChildren(
    option("", say("nobody")),
    ...lists.filter(([, rows]) => rows.length).map(([label, rows]) => {
      const part = piece("options");
      part.label = say(label);
      part.append(...rows.map(([value, name]) => option(value, name)));
      return part;
    }),
  );
  fields.about.value = chosen;
}

function fillSteps(chosen) {
  const [nobody] = the("step-choice").options;
  const steps = lesson.pack.steps.map(({ id, number, activity }) => option(id, say("step", { n: number, activity })));
  the("step-choice").replaceChildren(nobody, ...steps);
  fields.step.value = chosen ?? "";
}

// What was expected of a case pupil at this step stands beside what is written about them.
function predict() {
  const { student, step } = meant();
  const found = lesson.pack.case_pupils.find((one) => one.student === student);
  const expected = found?.predictions.find((one) => one.step === step);
  put(the("predicted"), expected ? say("predicted", { text: expected.text }) : "");
}

const said = () => ({
  ...Object.fromEntries(["about", "step", ...TEXTS].map((name) => [name, fields[name].value])),
  flagged: fields.flagged.checked,
});

const isBegun = () => TEXTS.some((name) => fields[name].value.trim());

function meant() {
  const { about, step } = said();
  const id = Number(about.slice(1)) || null;
  return {
    student: about.startsWith("s") ? id : null,
    group: about.startsWith("g") ? id : null,
    step: Number(step) || null,
  };
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
  for (const name of TEXTS) fields[name].value = record[name] ?? "";
  fields.flagged.checked = Boolean(record.flagged);
  show("note");
  fillAbout(record.student ? `s${record.student}` : record.group ? `g${record.group}` : "");
  fillSteps(record.step);
  predict();
}

async function keep(event) {
  event.preventDefault();
  const { fact, interpretation, question, flagged } = said();
  if (!fact.trim()) return ask(interpretation.trim() ? "need-fact-of-thought" : "need-fact");
  const note = { ...meant(), fact: fact.trim(), interpretation: interpretation.trim(), question: question.trim(), flagged };
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
  else await dropDraft(lesson.author, lessonId);
  showDraft();
}

async function restore() {
  const draft = await draftOf(lesson.author, lessonId);
  if (!draft) return;
  for (const name of TEXTS) fields[name].value = draft[name] ?? "";
  fields.flagged.checked = Boolean(draft.flagged);
  fillAbout(draft.about);
  fillSteps(draft.step);
  showDraft();
}

const showDraft = () => (the("draft").hidden = mending !== null || !isBegun());

function store() {
  clearTimeout(kept);
  if (mending || !lesson.author) return;
  const done = isBegun() ? keepDraft(lesson.author, lessonId, said()) : dropDraft(lesson.author, lessonId);
  done.catch(() => {}); // a full device: it stays in the form
  showDraft();
}

form.addEventListener("submit", keep);
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

let restored = false;
when("pack", () => {
  if (!restored) restore();
  restored = true;
});
panel("note", draw);
