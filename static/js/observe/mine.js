/* What I wrote, newest first: to be read, corrected and taken back. */
import { better, mine, takeBack } from "./book.js";
import { lesson } from "./lesson.js";
import { mend as mendNote } from "./note.js";
import { close, panel, show } from "./panels.js";
import { whenSubmitted } from "./submits.js";
import { whatOf, whenOf } from "./telling.js";
import { option, piece, say, the } from "./words.js";

const form = the("correct");

let line = null; // the one that is corrected

function draw() {
  const shown = together(mine().filter(({ record }) => record.kind !== "watch")).reverse();
  the("mine").replaceChildren(...shown.map(lineOf));
  the("none").hidden = shown.length > 0;
}

// Everybody looked at in one moment is one line.
function together(lines) {
  const shown = [];
  for (const one of lines) {
    const before = shown.at(-1);
    const isSame = before?.[0].record.happened_at === one.record.happened_at;
    if (isSame && one.record.kind === "sample" && before[0].record.kind === "sample") before.push(one);
    else shown.push([one]);
  }
  return shown;
}

function lineOf(lines) {
  const [{ record, entry }] = lines;
  const what = lines.length > 1 ? sampled(lines) : whatOf(record);
  const item = piece("line", {
    time: whenOf(record),
    what,
    state: lines.some((one) => one.entry) ? say(entry?.state === "waiting" ? "only-here" : "held") : "",
    fact: record.fact,
    thought: record.interpretation,
    about: ` ${what}`,
  });
  the("void", item).addEventListener("click", () => takeBack(...lines));
  const mend = the("mend", item);
  mend.hidden = lines.length > 1 || record.kind === "marker";
  mend.addEventListener("click", () => correct(lines[0]));
  return item;
}

function sampled(lines) {
  const at = lines.filter(({ record }) => record.code === "on_task").length;
  return say("sample", { at, off: lines.length - at });
}

/** Open what fits a record to be corrected. */
export function correct(found) {
  if (found.record.kind === "note") return mendNote(found);
  line = found;
  const { kind, student, code, target } = found.record;
  const options = lesson.pack.pupils.map(({ id, name }) => [id, name]);
  the("pupils").replaceChildren(...options.map(([id, name]) => option(id, name)));
  the("code-choice").replaceChildren(
    ...lesson.pack.codes.filter(({ state }) => state === (kind === "sample")).map(({ slug, label }) => option(slug, label)),
  );
  const [nobody, teacher] = the("targets").options;
  the("targets").replaceChildren(nobody, teacher, ...options.map(([id, name]) => option(id, name)));
  the("for").hidden = kind !== "event";
  show("correct");
  form.elements.student.value = student;
  form.elements.code.value = code;
  form.elements.target.value = target ?? "";
}

whenSubmitted(form, async () => {
  const { student, code, target } = form.elements;
  const to = target.value === "teacher" ? "teacher" : Number(target.value) || null;
  const changes = { student: Number(student.value), code: code.value, target: to === Number(student.value) ? null : to };
  if (await better(line, changes)) close("correct");
});

panel("mine", draw);
