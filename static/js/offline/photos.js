/* Photos of pupils' work: made small on the device, kept there, and sent one at a time under their own id. */
import { post } from "./answers.js";
import { guess, settled } from "./clock.js";
import { asked, within } from "./db.js";
import { tellOthers } from "./outbox.js";
import { forget, signedIn } from "./session.js";

const LONG_SIDE = 1600; // pixels
const QUALITY = 0.82;
const PIECE = 48 * 1024; // bytes
const TAKEN = ["stored", "duplicate", "gone"];
const HELD = ["rejected", "forbidden", "conflict"];
const PATIENCE = 5 * 60 * 1000; // milliseconds: a photo is long on its way through a slow network
const STOP = [0, 401, 429, 502, 503, 507]; // whatever the photo: the next would fare no better

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
  const ahead = guess();
  await within(["photos", "pieces"], "readwrite", (photos, pieces) => {
    photos.add({ ...photo, ahead, state: "waiting" });
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

/** What could not be taken may be, this time; `states`: of those that wait in one of these. */
export async function tryPhotosAgain(author, states = ["forbidden", "stuck"]) {
  for (const photo of await photosOf(author)) {
    if (states.includes(photo.state)) await holdPhoto(photo, { state: "waiting" });
  }
}

/** Send a person's photos. {trouble, gone, isOther, wait}; isOther where something became of any. */
export async function sendPhotos({ author, csrf }) {
  const told = { gone: 0, isOther: false };
  let passed = false;
  for (const photo of (await photosOf(author)).filter(({ state }) => state === "waiting")) {
    const answer = await put(photo, csrf).catch(() => ({ status: 500 })); // unreadable here: this one
    const { status, reason, message } = answer.body ?? {};
    const state = HELD.includes(status) ? status : refusalOf(answer);
    if (TAKEN.includes(status)) await removePhoto(photo);
    else if (state) await holdPhoto(photo, { state, reason, message });
    else if (isForAll(answer)) return { ...told, wait: answer.wait, trouble: troubleOf(answer) };
    else passed = true; // this one; the next may be taken
    if (status === "gone") told.gone += 1;
    if (TAKEN.includes(status) || state) told.isOther = true;
  }
  return { ...told, trouble: passed ? "busy" : "" };
}

// Posted under a token that is older than the session, it is posted once more under the one of now.
async function put(photo, csrf) {
  const when = settled(photo, photo.ahead);
  if (when !== photo) await holdPhoto(photo, { ...when, ahead: null }); // sent again it says the same
  const address = `/observations/lessons/${photo.lesson}/photos/${photo.id}/`;
  const answer = await post(address, await form(photo), {}, csrf, PATIENCE);
  if (answer.body?.error !== "csrf") return answer;
  forget();
  const session = await signedIn();
  return session.author === photo.author ? post(address, await form(photo), {}, session.csrf, PATIENCE) : answer;
}

// What the whole photo is refused for, whatever stands in it: too large, or of a lesson one is not in any more. A
// malformed one (400) may be the fault of the network between.
function refusalOf({ status, body }) {
  if (status === 413) return "stuck";
  const isRefused = status > 400 && status < 500 && !STOP.includes(status);
  return body && body.error !== "csrf" && isRefused ? "forbidden" : "";
}

// Somebody else answers, nobody does, or the server is not well or knows nobody: true of every photo.
const isForAll = ({ status, body, strange }) =>
  STOP.includes(status) || body?.error === "csrf" || (strange && status < 400);

function troubleOf({ status, body, strange }) {
  if (status === 401 && body) {
    forget();
    return "signed_out";
  }
  if (status === 507 && body) return "no_room";
  if (strange && status < 400) return "strange";
  return status === 0 ? "offline" : "busy";
}

async function form({ author, student, happened_at, what_it_shows, id }) {
  const data = new FormData();
  data.set("photo", await pictureOf({ id }), `${id}.jpg`);
  for (const [name, value] of Object.entries({ author, student, happened_at, what_it_shows })) {
    data.set(name, value);
  }
  return data;
}
