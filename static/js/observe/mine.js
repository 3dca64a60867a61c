/* What I wrote, newest first: to be read, corrected and taken back. */
import { better, mine, takeBack } from "./book.js";
import { lesson, when } from "./lesson.js";
import { mend as mendNote } from "./note.js";
import { close, panel, show } from "./panels.js";
import { pictures, takeAway, told, whenPictured } from "./pictures.js";
import { whenSubmitted } from "./submits.js";
import { together, whatOfAll, whenOf } from "./telling.js";
import { option, piece, say, the } from "./words.js";

const form = the("correct");

const wide = matchMedia("(min-width: 700px)"); // as page.css has it
const LAST = 10; // lines

let line = null; // the one that is corrected

// Lines and photos, newest first.
function written() {
  const lines = together(mine().filter(({ record }) => record.kind !== "watch"));
  const all = [
    ...lines.map((lines) => ({ at: lines[0].at, made: () => lineOf(lines) })),
    ...pictures().map((picture) => ({ at: Date.parse(picture.photo.happened_at), made: () => pictureOf(picture) })),
  ];
  return all.reverse().sort((one, other) => other.at - one.at);
}

function draw() {
  const shown = written();
  the("mine").replaceChildren(...shown.map(({ made }) => made()));
  the("none").hidden = shown.length > 0;
}

// Where there is room the last ones stand beside the seats.
function drawLast() {
  if (!lesson.pack) return;
  const shown = wide.matches ? written().slice(0, LAST) : [];
  the("recent").replaceChildren(...shown.map(({ made }) => made()));
}

function pictureOf(picture) {
  const { photo, isHere } = picture;
  const { what, elapsed } = told(photo);
  const item = piece("line", {
    time: whenOf({ elapsed, happened_at: photo.happened_at }),
    what,
    state: isHere ? say(photo.state === "waiting" ? "only-here" : "held") : say("kept-there"),
    fact: photo.what_it_shows,
    about: ` ${what}`,
  });
  the("mend", item).hidden = true;
  const away = the("void", item);
  away.dataset.lsConfirm = say("photo-away");
  away.addEventListener("click", () => takeAway(picture));
  return item;
}

function lineOf(lines) {
  const [{ record, entry }] = lines;
  const what = whatOfAll(lines);
  const item = piece("line", {
    time: whenOf(record),
    what,
    state: lines.some((one) => one.entry) ? say(entry?.state === "waiting" ? "only-here" : "held") : "",
    fact: record.fact,
    thought: record.interpretation,
    question: record.question,
    flagged: record.flagged ? say("flagged") : "",
    about: ` ${what}`,
  });
  the("void", item).addEventListener("click", () => takeBack(...lines));
  const mend = the("mend", item);
  mend.hidden = lines.length > 1 || record.kind === "marker";
  mend.addEventListener("click", () => correct(lines[0]));
  return item;
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
wide.addEventListener("change", drawLast);
for (const what of ["pack", "records", "sent"]) when(what, drawLast);
whenPictured(() => {
  drawLast();
  if (document.getElementById("mine").open) draw();
});
