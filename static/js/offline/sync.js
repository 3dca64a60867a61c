/* Sends what waits, oldest first. Safe to call at any time, any number of times, in any number of tabs.
   Whatever the server did not answer for by name stays here. */
import { post } from "./answers.js";
import { now } from "./clock.js";
import { confirm, entriesOf, hold, recount, remove, tellOthers } from "./outbox.js";
import { sendPhotos } from "./photos.js";
import { forget, signedIn } from "./session.js";
import { noteClashes } from "./told.js";

const ADDRESS = "/observations/sync/";
const MOST = 200; // records at once
const MOST_BYTES = 800_000; // of them; the server takes 1 MiB
const LONGEST_WAIT = 300; // seconds
const TOO_MUCH = [400, 413, 500];
const FEW = 3; // records that fail alone, one after another, before the server itself is at fault

let running = null;
let again = false;
let failures = 0;
let timer = 0;
let nextTry = 0;
let quietUntil = 0;
let hear = () => {};

/** Call `listener({author, trouble, …})` when something was sent or could not be: trouble is "", "offline",
    "signed_out", "strange" (somebody else answered) or "busy". `confirmed`: the ids that the server has now; `isOther`:
    whether something else became of any; `waiting`: how many still wait. `gone`: how many were of pupils who were erased;
    `lost`: {lesson: numbers of records that never arrived and are not here any more}. */
export const whenSent = (listener) => (hear = listener);

/** Send everything of whoever is signed in. */
export function flush() {
  if (running) again = true;
  else if (Date.now() >= quietUntil) running = locked(drain).then(settled, settled).finally(ended);
  return running;
}

/** Something may have changed: ask anew who is signed in, and send. */
export function wake() {
  forget();
  failures = 0;
  nextTry = 0;
  return flush();
}

/** Send now, on coming back, when the connection returns, and from time to time. */
export function keepSending() {
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", () => document.hidden || wake());
  return wake();
}

const locked = (work) => (navigator.locks ? navigator.locks.request("lessonstudy.outbox", work) : work());

async function settled(outcome) {
  const report = outcome instanceof Error ? { trouble: "busy" } : outcome;
  if (report.wait) quietUntil = Date.now() + report.wait * 1000;
  backOff(report);
  if (report.author) report.waiting = await recount(report.author);
  if (report.confirmed?.length || report.isOther) tellOthers();
  hear(report);
}

// 1, 2, 4 … seconds, and a little less by chance. What somebody taps meanwhile is tried at once and delays nothing.
function backOff({ trouble, wait = 0 }) {
  const isEarly = performance.now() < nextTry;
  if (trouble && trouble !== "signed_out" && isEarly && !wait) return;
  clearTimeout(timer);
  nextTry = 0;
  failures = trouble ? failures + 1 : 0;
  if (!trouble || trouble === "signed_out") return;
  const seconds = Math.max(wait, Math.min(LONGEST_WAIT, 2 ** (failures - 1)) * (0.5 + Math.random() / 2));
  nextTry = performance.now() + seconds * 1000;
  timer = setTimeout(() => {
    nextTry = 0;
    flush();
  }, seconds * 1000);
}

function ended() {
  running = null;
  if (again) {
    again = false;
    flush();
  }
}

async function drain() {
  const session = await signedIn();
  if (session.signedOut) return { trouble: "signed_out" };
  if (!session.author) return { trouble: "offline" };
  const run = new Run(session);
  const trouble = (await run.records()) || (await run.photos());
  return { ...run.report, trouble, author: session.author };
}

/* One pass over what waits. */
class Run {
  report = { confirmed: [], isOther: false, gone: 0, lost: {} };
  passed = new Set(); // numbers of entries that were not answered for: next time
  suspects = []; // failed alone, and nothing succeeded since
  size = MOST;
  succeeded = false;
  renewed = false;

  constructor(session) {
    this.session = session;
  }

  async records() {
    for (;;) {
      const batch = this.next(await entriesOf(this.session.author));
      if (!batch.length) return this.concluded();
      const trouble = await this.send(batch);
      if (trouble) return trouble;
    }
  }

  async photos() {
    const { trouble, gone, wait, isOther } = await sendPhotos(this.session);
    this.report.isOther ||= isOther;
    this.report.gone += gone;
    this.report.wait ??= wait;
    return trouble;
  }

  // The oldest that wait, of one lesson and one device.
  next(entries) {
    const waiting = entries.filter(({ n, state }) => state === "waiting" && !this.passed.has(n));
    const first = waiting[0];
    const alike = waiting.filter(({ lesson, device }) => lesson === first.lesson && device === first.device);
    const batch = [];
    let bytes = 0;
    for (const entry of alike.slice(0, this.size)) {
      bytes += JSON.stringify(entry.record).length * 3; // as UTF-8, at the most
      if (batch.length && bytes > MOST_BYTES) break;
      batch.push(entry);
    }
    return batch;
  }

  async send(batch) {
    const body = JSON.stringify(this.body(batch));
    const answer = await post(ADDRESS, body, { "Content-Type": "application/json" }, this.session.csrf);
    this.report.wait = answer.wait;
    if (answer.status === 200 && Array.isArray(answer.body?.results)) return this.take(batch, answer.body);
    if (answer.status === 401 && answer.body) return this.signedOut();
    if (answer.status === 403 && !this.renewed) return this.renew();
    if (TOO_MUCH.includes(answer.status)) return this.halve(batch, answer.status);
    if (answer.redirected) forget(); // to the sign-in page, perhaps: ask next time
    if (answer.status === 0 && !answer.strange) return "offline";
    return answer.strange && answer.status < 400 ? "strange" : "busy";
  }

  body(batch) {
    const records = batch.map(({ record }) => record);
    const client_now = new Date(now()).toISOString();
    return { schema: 1, device: batch[0].device, author: this.session.author, client_now, records };
  }

  signedOut() {
    forget();
    return "signed_out";
  }

  // The token is older than the session: fetch the one of now, once.
  async renew() {
    this.renewed = true;
    forget();
    const session = await signedIn();
    if (session.signedOut) return "signed_out";
    return session.author === this.session.author ? "" : "busy";
  }

  // One record too many spoils no other: down to the one that does.
  async halve(batch, status) {
    if (batch.length > 1) {
      this.size = Math.ceil(batch.length / 2);
      return "";
    }
    this.passed.add(batch[0].n);
    this.report.isOther = true;
    if (status === 413) await hold(batch, "stuck");
    else this.suspects.push(batch[0]);
    return this.suspects.length >= FEW && !this.succeeded ? "busy" : "";
  }

  async take(batch, { results, missing }) {
    const answers = new Map(results.map((result) => [result?.id, result]));
    const by = Object.groupBy ? Object.groupBy(batch, outcome) : groupBy(batch, outcome);
    function outcome(entry) {
      const { status, reason, message } = answers.get(entry.id) ?? {};
      Object.assign(entry, { reason, message });
      return status;
    }
    const sent = [...(by.stored ?? []), ...(by.duplicate ?? [])];
    await confirm(sent);
    this.report.confirmed.push(...sent.map(({ id }) => id));
    this.report.isOther ||= sent.length < batch.length;
    if (by.conflict) await noteClashes(by.conflict);
    await remove([...(by.conflict ?? []), ...(by.gone ?? [])]);
    for (const state of ["rejected", "forbidden"]) if (by[state]) await hold(by[state], state);
    for (const [status, entries] of Object.entries(by)) {
      if (!KNOWN.includes(status)) for (const { n } of entries) this.passed.add(n);
    }
    this.succeeded ||= sent.length > 0;
    this.size = Math.min(MOST, this.size * 2);
    this.report.gone += by.gone?.length ?? 0;
    if (Array.isArray(missing)) await this.miss(batch[0], missing);
    return "";
  }

  // Numbers that the server misses and that do not wait here were lost on the way: with the browser's data.
  async miss({ author, lesson, device }, missing) {
    const here = (await entriesOf(author)).filter((entry) => entry.lesson === lesson && entry.device === device);
    const numbers = new Set(here.map(({ record }) => record.seq));
    this.report.lost[lesson] = missing.filter((number) => !numbers.has(number));
  }

  async concluded() {
    if (!this.suspects.length) return this.passed.size ? "busy" : "";
    if (this.succeeded) await hold(this.suspects, "stuck");
    return "busy";
  }
}

const KNOWN = ["stored", "duplicate", "conflict", "rejected", "forbidden", "gone"];

function groupBy(items, key) {
  const groups = {};
  for (const item of items) (groups[key(item)] ??= []).push(item);
  return groups;
}
