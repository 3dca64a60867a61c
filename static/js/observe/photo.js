/* A photo of a pupil's work, where there is consent: made small here, kept here, sent when there is a network. */
import { isFull } from "../offline/keeping.js";
import { addPhoto, shrink } from "../offline/photos.js";
import { flush } from "../offline/sync.js";
import { load, stamped, write } from "./book.js";
import { lesson, lessonId } from "./lesson.js";
import { close, panel } from "./panels.js";
import { warn } from "./saved.js";
import { whenSubmitted } from "./submits.js";
import { option, put, say, the, typed } from "./words.js";

const form = the("photo");
const canvas = form.querySelector("canvas");

let picture = null;

function draw() {
  const allowed = lesson.pack.pupils.filter(({ photo }) => photo);
  the("no-consent").hidden = allowed.length > 0;
  the("consent").hidden = !allowed.length;
  const chosen = form.elements.student.value || String(lesson.chosen ?? "");
  the("photographed").replaceChildren(...allowed.map(({ id, name }) => option(id, name)));
  if (allowed.some(({ id }) => String(id) === chosen)) form.elements.student.value = chosen;
}

form.elements.file.addEventListener("change", async () => {
  const [file] = form.elements.file.files;
  picture = null;
  canvas.hidden = true;
  put(the("photo-problem"), "");
  if (!file) return;
  try {
    const small = document.createElement("canvas");
    const made = await shrink(file, small);
    if (form.elements.file.files[0] !== file) return; // another one was chosen meanwhile
    picture = made;
    Object.assign(canvas, { width: small.width, height: small.height, hidden: false });
    canvas.getContext("2d").drawImage(small, 0, 0);
  } catch {
    if (form.elements.file.files[0] === file) put(the("photo-problem"), say("photo-unreadable"));
  }
});

whenSubmitted(form, async () => {
  const isStrange = form.elements.file.files.length > 0;
  if (!picture) return put(the("photo-problem"), say(isStrange ? "photo-unreadable" : "photo-missing"));
  const { id, happened_at } = stamped({});
  const student = Number(form.elements.student.value);
  const words = typed(form.elements.what_it_shows.value).trim();
  const photo = { id, author: lesson.author, lesson: lessonId, student, happened_at, what_it_shows: words };
  try {
    await addPhoto(photo, picture);
  } catch (error) {
    if (!isFull(error)) return put(the("photo-problem"), say("photo-not-kept"));
    await keepWords(student, words);
  }
  await load();
  reset();
  close("photo");
  flush();
});

// No room for the picture: its words are worth keeping all the same.
async function keepWords(student, words) {
  const isKept = words && (await write(stamped({ kind: "note", student, fact: words })));
  warn(say(isKept ? "photo-full" : "photo-full-alone"));
}

function reset() {
  form.reset();
  picture = null;
  canvas.hidden = true;
}

panel("photo", draw);
