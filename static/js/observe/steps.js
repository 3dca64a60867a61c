/* The plan beside what happens: where the lesson is, what was expected and is seen, and what nobody expected. */
import { currentStep, mine, stamped, takeBack, write } from "./book.js";
import { plannedStep } from "./clock.js";
import { called, choose, lesson } from "./lesson.js";
import { writeAbout } from "./note.js";
import { whomOf, whoms } from "./note_fields.js";
import { panel } from "./panels.js";
import { piece, put, say, the, typed } from "./words.js";

const list = the("steps");

let open = new Set(); // steps that are unfolded

function draw() {
  const begun = [...list.querySelectorAll("form")].map(({ dataset, elements }) => [dataset.lsStepId, elements.fact.value, elements.about.value]);
  const focus = document.activeElement?.closest?.("[data-ls-focus]")?.dataset.lsFocus;
  const likely = currentStep() ?? plannedStep();
  if (!open.size && likely) open.add(likely.id);
  list.replaceChildren(...lesson.pack.steps.map(stepOf));
  for (const [step, text, about] of begun) {
    const form = list.querySelector(`form[data-ls-step-id="${step}"]`);
    if (form) [form.elements.fact.value, form.elements.about.value] = [text, about];
  }
  if (focus) list.querySelector(`[data-ls-focus="${focus}"]`)?.focus();
  put(the("seen-of"), lesson.chosen === null ? "" : say("seen-of", { who: called(lesson.chosen) }));
}

function stepOf(step) {
  const { id, number, activity, minutes, key_question: key, watch_for: watch } = step;
  const isHere = currentStep()?.id === id;
  const item = piece("step", {
    title: say("step", { n: number, activity }),
    minutes: minutes ? say("minutes", { n: minutes }) : "",
    key: key ? say("key-question", { what: key }) : "",
    watch: watch ? say("watch-for", { what: watch }) : "",
  });
  const fold = item.querySelector("details");
  fold.open = open.has(id);
  fold.addEventListener("toggle", () => (fold.open ? open.add(id) : open.delete(id)));
  if (isHere) item.setAttribute("aria-current", "step");
  const here = the("here", item);
  here.value = id;
  here.ariaPressed = String(isHere);
  here.dataset.lsFocus = `here-${id}`;
  const markers = mine().filter(({ record }) => record.kind === "marker" && record.step === id);
  the("expected", item).hidden = !step.responses.length;
  the("responses", item).append(...step.responses.map((response) => responseOf(response, step, markers)));
  the("unforeseen", item).append(...markers.filter(({ record }) => record.fact && !record.response).map(factOf));
  const unforeseen = the("unforeseen-form", item);
  unforeseen.dataset.lsStepId = id;
  unforeseen.elements.about.replaceChildren(...whoms());
  the("cases", item).append(...lesson.pack.case_pupils.map((found) => caseOf(found, step)).filter(Boolean));
  return item;
}

function responseOf({ id, text, kind }, step, markers) {
  const seen = markers.filter(({ record }) => record.response === id);
  const of = seen.map(({ record }) => called(record.student)).filter(Boolean);
  const button = piece("response", { text, kind, seen: seen.length ? [say("seen"), of.join(", ")].filter(Boolean).join(" ") : "" });
  button.value = id;
  button.dataset.lsFocus = `response-${id}`;
  button.dataset.lsOfStep = step.id;
  button.ariaPressed = String(Boolean(seen.find(({ record }) => record.student === lesson.chosen) ?? (seen.length && lesson.chosen === null)));
  return button;
}

function factOf({ record: { student, group, fact } }) {
  const who = called(student) || lesson.groups.get(group)?.name;
  return piece("fact", { fact: [who, fact].filter(Boolean).join(": ") });
}

function caseOf({ student, typifies, predictions }, step) {
  const expected = predictions.find((one) => one.step === step.id);
  const notes = mine().filter(({ record }) => record.kind === "note" && record.student === student && record.step === step.id);
  if (!expected && !notes.length) return null;
  const name = called(student);
  const found = piece("case", { name, typifies, predicted: expected ? say("predicted", { text: expected.text }) : "", about: ` ${name}` });
  the("observed", found).append(...notes.map(({ record }) => piece("fact", { fact: record.fact })));
  found.querySelector("button").addEventListener("click", () => {
    choose(student);
    writeAbout(student, step.id);
  });
  return found;
}

list.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.matches("[data-ls-here]")) moveTo(Number(button.value));
  else if (button?.matches(".tickable")) tick(Number(button.dataset.lsOfStep), Number(button.value));
});

list.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { fact, about } = event.target.elements;
  const text = typed(fact.value).trim();
  if (!text) return fact.focus();
  fact.value = "";
  const step = Number(event.target.dataset.lsStepId);
  if (!(await write(stamped({ kind: "marker", step, ...whomOf(about.value), fact: text })))) fact.value = text;
});

function moveTo(step) {
  open = new Set([step]);
  return currentStep()?.id === step ? draw() : write(stamped({ kind: "marker", step }));
}

// A tick goes to the chosen pupil; a second one takes it away.
function tick(step, response) {
  const { chosen } = lesson;
  const seen = mine().filter(({ record }) => record.kind === "marker" && record.response === response);
  const mineOf = chosen === null ? seen : seen.filter(({ record }) => record.student === chosen);
  return mineOf.length ? takeBack(...mineOf) : write(stamped({ kind: "marker", step, response, student: chosen }));
}

panel("steps", draw);
