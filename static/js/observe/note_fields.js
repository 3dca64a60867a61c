/* The fields of a note: whom it is about, which step, and its texts, each apart. */
import { lesson } from "./lesson.js";
import { before } from "./seats.js";
import { option, piece, put, say, the, typed } from "./words.js";

const TEXTS = ["fact", "interpretation", "question"];

export const fields = the("note").elements;

/** Whom something may be about, those before me first; each a "s12", "g3" or "". */
export function whoms() {
  const near = before();
  const others = lesson.pack.pupils.filter((pupil) => !near.includes(pupil));
  const lists = [
    ["pupils", [...near, ...others].map(({ id, name }) => [`s${id}`, name])],
    ["groups", lesson.pack.groups.map(({ id, name }) => [`g${id}`, name])],
  ];
  return [
    option("", say("nobody")),
    ...lists.filter(([, rows]) => rows.length).map(([label, rows]) => {
      const part = piece("options");
      part.label = say(label);
      part.append(...rows.map(([value, name]) => option(value, name)));
      return part;
    }),
  ];
}

/** The pupil or the group that such a choice names. */
export function whomOf(choice) {
  const id = Number(choice.slice(1)) || null;
  return { student: choice.startsWith("s") ? id : null, group: choice.startsWith("g") ? id : null };
}

/** Offer whom it may be about, and choose one. */
export function fillAbout(chosen) {
  the("about").replaceChildren(...whoms());
  fields.about.value = chosen;
}

/** Offer the steps, and choose one. */
export function fillSteps(chosen) {
  const [nobody] = the("step-choice").options;
  const steps = lesson.pack.steps.map(({ id, number, activity }) => option(id, say("step", { n: number, activity })));
  the("step-choice").replaceChildren(nobody, ...steps);
  fields.step.value = chosen ?? "";
}

/** What was expected of a case pupil at this step stands beside what is written about them. */
export function predict() {
  const { student, step } = meant();
  const found = lesson.pack.case_pupils.find((one) => one.student === student);
  const expected = found?.predictions.find((one) => one.step === step);
  put(the("predicted"), expected ? say("predicted", { text: expected.text }) : "");
}

/** All that stands in it, to be kept as it grows. */
export const said = () => ({
  ...Object.fromEntries(["about", "step", "domain", ...TEXTS].map((name) => [name, typed(fields[name].value)])),
  flagged: fields.flagged.checked,
});

/** Whether anything was typed. */
export const isBegun = () => TEXTS.some((name) => fields[name].value.trim());

/** Whom and which step it is about. */
export function meant() {
  const { about, step } = said();
  return { ...whomOf(about), step: Number(step) || null };
}

/** Put back what stood in it. */
export function putWords(record) {
  for (const name of ["domain", ...TEXTS]) fields[name].value = record[name] ?? "";
  fields.flagged.checked = Boolean(record.flagged);
}
