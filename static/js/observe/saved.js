/* Always in sight: whether all is on the server, or how much is on this tablet alone; and what needs a person. */
import { saveUnsent } from "../offline/file.js";
import { askToKeep } from "../offline/keeping.js";
import { entriesOf, othersWaiting, remove, tryAgain } from "../offline/outbox.js";
import { photosOf, removePhoto, tryPhotosAgain } from "../offline/photos.js";
import { clashesIn, readClashes } from "../offline/told.js";
import { wake } from "../offline/sync.js";
import { confirmed, load, waitingNow } from "./book.js";
import { called, lesson, lessonId, when } from "./lesson.js";
import { correct } from "./mine.js";
import { panel } from "./panels.js";
import { whatOf, whenOf } from "./telling.js";
import { count, piece, put, say, the } from "./words.js";

const HELD = ["rejected", "forbidden", "conflict", "stuck"];

let lost = 0;
let said = ""; // a sentence for everybody to see, until something else happens

let held = 0; // how much needs a person

// The clock runs here alone until the server has heard of it.
const startLine = () => (!lesson.pack?.lesson.started_at && lesson.begun ? say("start-offline") : "");

const line = () => (waitingNow() ? count("waiting", waitingNow()) : say("saved"));

function show() {
  put(the("saved"), held ? count("needs", held) : line());
  the("saved").classList.toggle("is-waiting", waitingNow() > 0);
}

const isHeld = ({ state }) => HELD.includes(state);

async function countHeld() {
  const [entries, photos] = await Promise.all([entriesOf(lesson.author), photosOf(lesson.author)]);
  held = [...entries, ...photos].filter(isHeld).length;
  show();
}

async function draw() {
  put(the("saved-line"), line());
  put(the("reason"), waitingNow() && lesson.trouble ? say(lesson.trouble) : "");
  signInLinks();
  const others = await othersWaiting(lesson.author);
  put(the("others"), others ? count("others", others) : "");
  put(the("lost"), lost ? count("lost", lost) : "");
  const clashes = await clashesIn(lesson.author, lessonId);
  put(the("clashes"), clashes ? count("clashes", clashes) : "");
  the("clashes-link").href = `/observations/lessons/${lessonId}/clashes/`;
  const entries = (await entriesOf(lesson.author)).filter(isHeld).map(entryOf);
  const photos = (await photosOf(lesson.author)).filter(isHeld).map(photoOf);
  the("held").replaceChildren(...entries, ...photos);
  the("file").disabled = !waitingNow();
}

function entryOf(entry) {
  const { record, state, message } = entry;
  const what = whatOf(record);
  const item = piece("held", {
    time: whenOf(record),
    what,
    fact: record.fact,
    reason: message || say(state === "stuck" ? "stuck" : "held"),
    about: ` ${what}`,
  });
  const mend = the("mend", item);
  mend.hidden = state !== "rejected" || entry.lesson !== lessonId || !["note", "event", "sample"].includes(record.kind);
  mend.addEventListener("click", () => correct({ record, entry }));
  the("discard", item).addEventListener("click", () => away(() => remove([entry])));
  return item;
}

function photoOf(photo) {
  const what = `${called(photo.student)} ${say("photo")}`;
  const item = piece("held", {
    time: whenOf(photo),
    what,
    fact: photo.what_it_shows,
    reason: photo.message || say(photo.state === "stuck" ? "stuck" : "held"),
    about: ` ${what}`,
  });
  the("mend", item).hidden = true;
  the("discard", item).addEventListener("click", () => away(() => removePhoto(photo)));
  return item;
}

async function away(remove) {
  await remove();
  await load();
}

function signInLinks() {
  const isOut = ["signed_out", "other"].includes(lesson.trouble);
  for (const link of document.querySelectorAll("[data-ls-sign-in]")) {
    if (link === document.body) continue;
    link.hidden = !isOut;
    link.href = `${document.body.dataset.lsSignIn}?next=${encodeURIComponent(location.pathname)}`;
  }
}

/** Say it above the seats until something else happens. */
export function warn(text) {
  said = text;
  put(the("problem"), text);
}

async function hear({ trouble, gone, lost: numbers, problem, author, confirmed: ids, waiting, isOther }) {
  if (problem) return warn(problem);
  if (author && author !== lesson.author) trouble = "other";
  lesson.trouble = trouble ?? lesson.trouble;
  if (numbers?.[lessonId]) lost = numbers[lessonId].length;
  if (isOther) await load();
  else if (ids) confirmed(ids, waiting);
  await countHeld();
  signInLinks();
  if (gone) warn(count("gone", gone));
  else if (["signed_out", "other"].includes(trouble)) warn(say(trouble));
  else if (trouble && startLine()) warn(startLine());
  else if (said === say("signed_out") || said === say("other")) warn("");
}

the("send").addEventListener("click", async () => {
  await tryAgain(lesson.author);
  await tryPhotosAgain(lesson.author, HELD);
  await load();
  wake();
});
the("file").addEventListener("click", () => saveUnsent(lesson.author, (id) => called(id)));
the("clashes-link").addEventListener("click", () => readClashes(lesson.author, lessonId));

when("records", (detail) => {
  if ([say("full"), say("not-kept")].includes(said)) warn("");
  if (detail) show();
  else countHeld();
});
when("sent", hear);
when("pack", () => {
  if (said === say("start-offline") && !startLine()) warn("");
});
panel("saved", draw);

/** Ask the browser to keep what is here; say calmly where it does not promise it. */
export async function keepSafe() {
  the("room").hidden = await askToKeep();
}
