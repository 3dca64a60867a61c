/* Photos I took in this lesson: those that wait here, and those that the server has. */
import { post } from "../offline/answers.js";
import { elapsedAt } from "../offline/clock.js";
import { photosOf, removePhoto } from "../offline/photos.js";
import { load } from "./book.js";
import { called, changed, lesson, lessonId, when } from "./lesson.js";
import { say } from "./words.js";

let here = [];
let sent = new Map(); // id → photo
let drawn = () => {};

/** Call `draw` when there are others. */
export const whenPictured = (draw) => (drawn = draw);

/** All of them: {photo, isHere}. */
export const pictures = () => [
  ...[...sent.values()].filter(({ id }) => !here.some((one) => one.id === id)).map((photo) => ({ photo, isHere: false })),
  ...here.map((photo) => ({ photo, isHere: true })),
];

/** What one shows whom, and when by the lesson's clock. */
export const told = (photo) => ({
  what: `${called(photo.student)} ${say("photo")}`,
  elapsed: elapsedAt(lesson.pack.lesson.started_at, Date.parse(photo.happened_at)),
});

// What waited here a moment ago and does not now is on the server; the pack says so too, when it is next fetched.
async function look() {
  const before = here;
  here = (await photosOf(lesson.author)).filter((photo) => photo.lesson === lessonId);
  for (const photo of before) if (!here.some(({ id }) => id === photo.id)) sent.set(photo.id, photo);
  drawn();
}

/** Take one back: from here, or from the server, for which there has to be a connection. */
export async function takeAway({ photo, isHere }) {
  if (isHere) {
    await removePhoto(photo);
    here = here.filter(({ id }) => id !== photo.id);
    return load();
  }
  const { redirected } = await post(`/observations/work/${photo.id}/remove/`, "");
  if (!redirected) return changed("sent", { problem: say("photo-stays") });
  sent.delete(photo.id);
  drawn();
}

when("pack", () => {
  sent = new Map((lesson.pack.photos ?? []).map((photo) => [photo.id, photo]));
  look();
});
when("records", (detail) => detail || (lesson.pack && look()));
when("sent", () => lesson.pack && look());
