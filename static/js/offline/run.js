/* Sends what waits, oldest first. Whatever the server did not answer for by name stays here. */
import { post } from "./answers.js";
import { confirm, entriesOf, hold, leave, remove, settleWatches } from "./outbox.js";
import { sendPhotos } from "./photos.js";
import { forget, signedIn } from "./session.js";
import { noteClashes } from "./told.js";

const ADDRESS = "/observations/sync/";
const MOST = 200; // records at once
const MOST_BYTES = 800_000; // of them; the server takes 1 MiB
const TOO_MUCH = [400, 413, 500];
const FEW = 3; // records that fail alone, one after another, before the server itself is at fault
const KNOWN = ["stored", "duplicate", "conflict", "rejected", "forbidden", "gone"];

/** One pass over what waits for one person, as it stood when it began. */
export class Run {
  report = { confirmed: [], isOther: false, gone: 0, lost: {} };
  tried = new Set(); // numbers of entries whose turn has been
  unanswered = false; // for one of them at least: next time
  suspects = []; // failed alone, and nothing succeeded since
  size = MOST;
  succeeded = false;
  renewed = false;

  constructor(session) {
    this.session = session;
  }

  /** Send everything; the trouble there was, or "". */
  all = async () => (await this.records()) || (await this.photos());

  async records() {
    const entries = (await entriesOf(this.session.author)).filter(({ state }) => state === "waiting");
    await settleWatches(entries);
    for (;;) {
      const batch = batchOf(entries.filter(({ n }) => !this.tried.has(n)), this.size);
      if (!batch.length) return this.concluded();
      const trouble = await this.send(batch);
      if (trouble) return trouble;
    }
  }

  async photos() {
    const { trouble, gone, wait, isOther } = await sendPhotos(this.session);
    this.report.isOther ||= isOther;
    this.report.gone += gone;
    this.report.wait = Math.max(this.report.wait ?? 0, wait ?? 0);
    return trouble;
  }

  async send(batch) {
    const answer = await post(ADDRESS, envelope(batch), { "Content-Type": "application/json" }, this.session.csrf);
    this.report.wait = answer.wait;
    if (answer.status === 200 && Array.isArray(answer.body?.results)) return this.take(batch, answer.body);
    if (answer.status === 401 && answer.body) return this.signedOut();
    if (answer.status === 403 && !this.renewed) return this.renew();
    if (TOO_MUCH.includes(answer.status)) return this.halve(batch, answer.status);
    if (answer.redirected) forget(); // to the sign-in page, perhaps: ask next time
    if (answer.status === 0 && !answer.strange) return "offline";
    return answer.strange && answer.status < 400 ? "strange" : "busy";
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
    if (session.author !== this.session.author) return "busy";
    this.session = session;
    return "";
  }

  // One record too many spoils no other: down to the one that does.
  async halve(batch, status) {
    if (batch.length > 1) {
      this.size = Math.ceil(batch.length / 2);
      return "";
    }
    this.tried.add(batch[0].n);
    this.report.isOther = true;
    if (status === 413) await hold(batch, "stuck");
    else this.suspects.push(batch[0]);
    return this.suspects.length >= FEW && !this.succeeded ? "busy" : "";
  }

  async take(batch, { results, missing }) {
    const by = sorted(batch, new Map(results.map((result) => [result?.id, result])));
    const sent = [...by.stored, ...by.duplicate];
    if (sent.length) await confirm(sent);
    if (by.conflict.length) {
      await noteClashes(by.conflict);
      await leave(by.conflict);
    }
    if (by.gone.length) await remove(by.gone);
    for (const state of ["rejected", "forbidden"]) if (by[state].length) await hold(by[state], state);
    for (const { n } of batch) this.tried.add(n);
    this.unanswered ||= by.unanswered.length > 0;
    this.succeeded ||= sent.length > 0;
    this.size = Math.min(MOST, this.size * 2);
    this.report.confirmed.push(...sent.map(({ id }) => id));
    this.report.isOther ||= sent.length < batch.length;
    this.report.gone += by.gone.length;
    if (Array.isArray(missing)) await this.miss(batch[0], missing);
    return "";
  }

  // Numbers that the server misses and that do not wait here were lost on the way: with the browser's data.
  async miss({ author, lesson, device }, missing) {
    const here = missing.length === 0 ? [] : (await entriesOf(author)).filter((entry) => entry.lesson === lesson && entry.device === device);
    const numbers = new Set(here.map(({ record }) => record.seq));
    this.report.lost[lesson] = missing.filter((number) => !numbers.has(number));
  }

  async concluded() {
    if (!this.suspects.length) return this.unanswered ? "busy" : "";
    if (this.succeeded) await hold(this.suspects, "stuck");
    return "busy";
  }
}

// The oldest, of one lesson and one device, written by one clock.
function batchOf(waiting, size) {
  const [first] = waiting;
  const isAlike = (entry) => ["lesson", "device", "ahead"].every((name) => entry[name] === first[name]);
  const alike = waiting.filter(isAlike);
  const batch = [];
  let bytes = 0;
  for (const entry of alike.slice(0, size)) {
    bytes += JSON.stringify(entry.record).length * 3; // as UTF-8, at the most
    if (batch.length && bytes > MOST_BYTES) break;
    batch.push(entry);
  }
  return batch;
}

// What was written by the device's own clock says what that clock says now, and the server sees how far it is off.
// What was written by the server's is right as it is.
function envelope(batch) {
  const [{ author, device, ahead }] = batch;
  const client_now = typeof ahead === "number" ? new Date(Date.now() + ahead).toISOString() : null;
  return JSON.stringify({ schema: 1, device, author, client_now, records: batch.map(({ record }) => record) });
}

// Entries by what became of each; `unanswered` where nothing that is known here did.
function sorted(batch, answers) {
  const by = Object.fromEntries([...KNOWN, "unanswered"].map((status) => [status, []]));
  for (const entry of batch) {
    const { status, reason, message } = answers.get(entry.id) ?? {};
    Object.assign(entry, { reason, message });
    by[KNOWN.includes(status) ? status : "unanswered"].push(entry);
  }
  return by;
}
