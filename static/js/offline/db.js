/* The only file that knows IndexedDB. What it promises is on the disk when the promise resolves. */

const NAME = "lessonstudy";
const VERSION = 1;

let opening = null;
let empty = false;

/** True when the browser had nothing of ours stored when it was opened. */
export const wasEmpty = () => empty;

/** A request's result, inside a transaction. */
export const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** within(names, mode, work, durability): do `work(store…)` in one transaction; resolves with its result once
    everything is on the disk, or nothing is. It may be done twice, the first time in vain. `durability`: "relaxed" for what may be forgotten when the power fails, since it would only be done again. */
export async function within(...wanted) {
  const used = open();
  try {
    return await attempt(await used, ...wanted);
  } catch (error) {
    // Nothing of it is stored. A browser drops its connection without a word: once more, over a new one.
    if (error?.name === "QuotaExceededError") throw error;
    if (opening === used) opening = null;
    used.then((db) => db.close()).catch(() => {});
    return attempt(await open(), ...wanted);
  }
}

async function attempt(db, names, mode, work, durability = "strict") {
  const transaction = db.transaction(names, mode, { durability });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error ?? new DOMException("", "AbortError"));
  });
  try {
    const result = await work(...names.map((name) => transaction.objectStore(name)));
    await done;
    return result;
  } catch (error) {
    done.catch(() => {});
    try {
      transaction.abort();
    } catch {
      // It has ended already, and nothing of it is stored.
    }
    throw transaction.error ?? error;
  }
}

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = ({ oldVersion }) => upgrade(request.result, oldVersion);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const db = request.result;
      db.onversionchange = () => db.close();
      db.onclose = () => (opening = null);
      resolve(db);
    };
  }).catch((error) => {
    opening = null;
    throw error;
  });
  return opening;
}

/* One step a version; a step only ever adds. What waits to be sent outlives every one of them. */
function upgrade(db, from) {
  if (from < 1) {
    empty = true;
    db.createObjectStore("outbox", { keyPath: "n", autoIncrement: true }).createIndex("author", "author");
    db.createObjectStore("photos", { keyPath: "n", autoIncrement: true }).createIndex("author", "author");
    db.createObjectStore("pieces", { keyPath: ["photo", "n"] }); // of pictures
    db.createObjectStore("written", { keyPath: ["author", "lesson", "id"] });
    db.createObjectStore("devices", { keyPath: "author" });
    db.createObjectStore("packs", { keyPath: ["author", "lesson"] });
    db.createObjectStore("drafts", { keyPath: ["author", "lesson"] });
    db.createObjectStore("meta", { keyPath: "name" });
  }
}
