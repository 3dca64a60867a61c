/* Photos of pupils' work: made small on the device, kept there, and sent one at a time under their own id. */
import { post } from "./answers.js";
import { asked, within } from "./db.js";
import { tellOthers } from "./outbox.js";
import { forget } from "./session.js";

const LONG_SIDE = 1600; // pixels
const QUALITY = 0.82;
const PIECE = 48 * 1024; // bytes
const HELD = ["rejected", "forbidden"];

/** The picture on the canvas, small and without place or camera: a JPEG, to be kept or thrown away. */
export async function shrink(file, canvas) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONG_SIDE / Math.max(picture.width, picture.height));
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

/** Keep a photo with its words; rejects where there is no room, and then nothing of it is kept. The picture is kept in
    pieces: browsers see too late that there is no room for a large one. */
export async function addPhoto(photo, picture) {
  const bytes = await picture.arrayBuffer();
  await within(["photos", "pieces"], "readwrite", (photos, pieces) => {
    photos.add({ ...photo, state: "waiting" });
    for (let n = 0; n * PIECE < bytes.byteLength; n += 1) {
      pieces.add({ photo: photo.id, n, bytes: bytes.slice(n * PIECE, (n + 1) * PIECE) });
    }
  });
  tellOthers();
}

/** A photo's picture. */
export async function pictureOf({ id }) {
  const found = await within(["pieces"], "readonly", (pieces) => asked(pieces.getAll(piecesOf(id))));
  return new Blob(found.map(({ bytes }) => bytes), { type: "image/jpeg" });
}

const piecesOf = (id) => IDBKeyRange.bound([id], [id, []]);

/** A person's photos, oldest first. */
export const photosOf = (author) =>
  within(["photos"], "readonly", (photos) => asked(photos.index("author").getAll(author)));

export const removePhoto = ({ n, id }) =>
  within(["photos", "pieces"], "readwrite", (photos, pieces) => {
    photos.delete(n);
    pieces.delete(piecesOf(id));
  });

const holdPhoto = (photo, changes) =>
  within(["photos"], "readwrite", (photos) => asked(photos.put(Object.assign(photo, changes))));

/** What could not be taken may be, this time. */
export async function tryPhotosAgain(author) {
  for (const photo of await photosOf(author)) {
    if (photo.state === "forbidden" || photo.state === "stuck") await holdPhoto(photo, { state: "waiting" });
  }
}

/** Send a person's photos. {trouble, gone, isOther}; the last where something became of any. */
export async function sendPhotos({ author, csrf }) {
  let gone = 0;
  let passed = false;
  const waiting = (await photosOf(author)).filter(({ state }) => state === "waiting");
  const isOther = waiting.length > 0;
  for (const photo of waiting) {
    const answer = await post(`/observations/lessons/${photo.lesson}/photos/${photo.id}/`, await form(photo), {}, csrf);
    const { status, reason, message } = answer.body ?? {};
    if (answer.status === 401 && answer.body) {
      forget();
      return { gone, isOther, trouble: "signed_out" };
    }
    if (answer.status === 413) await holdPhoto(photo, { state: "stuck" });
    else if (["stored", "duplicate", "conflict"].includes(status)) await removePhoto(photo);
    else if (status === "gone") gone += (await removePhoto(photo), 1);
    else if (HELD.includes(status)) await holdPhoto(photo, { state: status, reason, message });
    else if (answer.status === 400 || answer.status === 500) passed = true; // this one; the next may be taken
    else return { gone, isOther, wait: answer.wait, trouble: troubleOf(answer) };
  }
  return { gone, isOther, trouble: passed ? "busy" : "" };
}

function troubleOf({ status, strange }) {
  if (strange && status < 400) return "strange";
  return status === 0 ? "offline" : "busy";
}

async function form({ author, student, happened_at, step, what_it_shows, id }) {
  const data = new FormData();
  data.set("photo", await pictureOf({ id }), `${id}.jpg`);
  for (const [name, value] of Object.entries({ author, student, happened_at, step, what_it_shows })) {
    if (value !== null && value !== undefined) data.set(name, value);
  }
  return data;
}
