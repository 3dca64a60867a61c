/* The capture page: finds out whose it is, gets the lesson onto the device, draws it, and keeps sending. */
import { post } from "../offline/answers.js";
import { removed } from "../offline/keeping.js";
import { tryAgain, whenOthersWrite } from "../offline/outbox.js";
import { changePack, drop, fetchPack, keptPack, lastPerson, rememberPerson, tidy } from "../offline/pack.js";
import { tryPhotosAgain } from "../offline/photos.js";
import { signedIn } from "../offline/session.js";
import { startOf } from "../offline/starts.js";
import { keepSending, whenSent } from "../offline/sync.js";
import "../ui/confirm.js";
import { load } from "./book.js";
import "./choosing.js";
import { waitForStart } from "./clock.js";
import "./codes.js";
import "./dim.js";
import "./leaving.js";
import { changed, lesson, lessonId, open } from "./lesson.js";
import "./photo.js";
import "./sample.js";
import { keepSafe, warn } from "./saved.js";
import "./steps.js";
import "./tables.js";
import { piece, put, say, the } from "./words.js";

const A_MOMENT = 2500; // milliseconds to wait for a network that may not be there

begin();

async function begin() {
  navigator.serviceWorker?.register("/sw.js").catch(() => {});
  wait("getting-ready");
  try {
    await tidy();
    const { author, signedOut } = await whoIsHere();
    if (!author || !lessonId) return wait(signedOut ? "signed-out-here" : "nobody-here", signedOut);
    await tidy(author);
    await start(author);
  } catch (error) {
    wait("no-storage");
    throw error;
  }
}

// Drawn by the server, the page knows for whom. Kept on the device it asks, and without a connection it is theirs
// who used it last.
async function whoIsHere() {
  const drawnFor = Number(document.body.dataset.lsAuthor);
  const last = await lastPerson();
  if (drawnFor) {
    await rememberPerson({ author: drawnFor });
    return { author: drawnFor };
  }
  const session = await Promise.race([signedIn(), pause(A_MOMENT)]);
  if (session.author) await rememberPerson({ author: session.author });
  return { author: session.author ?? last?.author, signedOut: session.signedOut };
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds, {}));

async function start(author) {
  lesson.author = author;
  await tryAgain(author);
  await tryPhotosAgain(author);
  whenSent(hear);
  const kept = await keptPack(author, lessonId);
  if (kept) await take(kept);
  await refresh();
  whenOthersWrite(() => lesson.pack && load());
  waitForStart(refresh);
  keepSafe();
  const gone = removed(author);
  if (gone !== null) warn(say("removed"));
  keepSending();
}

function hear(report) {
  changed("sent", report);
  if (report.gone || report.isStarted) refresh(); // names are to go from here, too, or the clock runs
}

async function refresh() {
  const { pack, over, signedOut, other } = await fetchPack(lesson.author, lessonId);
  if (pack) return take(pack);
  if (other) return (location.href = location.pathname); // somebody else signed in meanwhile
  if (over) {
    await drop(lesson.author, lessonId);
    return wait("over");
  }
  if (!lesson.pack) wait(signedOut ? "signed-out-here" : "not-here", signedOut);
}

async function take(pack) {
  open(lesson.author, pack);
  lesson.begun = await startOf(lesson.author, lessonId);
  await load();
  for (const link of document.querySelectorAll("[data-ls-leave]")) link.href = pack.lesson.cycle_url ?? document.body.dataset.lsHome;
  for (const link of document.querySelectorAll("[data-ls-record]")) link.href = `/observations/lessons/${lessonId}/record/`;
  if (!pack.accepted_at) return gate(pack);
  view("capture");
  changed("pack");
  if (pack.lesson.ended_at) warn(say("ended"));
}

function gate({ rules }) {
  the("rules").replaceChildren(...rules.map((rule) => piece("rule", { rule })));
  view("gate");
}

// Accepted here and now; the server hears of it, now or with the first record.
the("accept").addEventListener("click", async () => {
  const accepted_at = new Date().toISOString();
  await changePack(lesson.author, lessonId, { accepted_at });
  await take({ ...lesson.pack, accepted_at });
  await post(`/observations/lessons/${lessonId}/accept-rules/`, "");
  await refresh();
});

function wait(why, mustSignIn = false) {
  view("waiting");
  put(the("why"), say(why));
  const link = document.querySelector("[data-ls-view=waiting] [data-ls-sign-in]");
  link.hidden = !mustSignIn;
  link.href = `${document.body.dataset.lsSignIn}?next=${encodeURIComponent(location.pathname)}`;
}

function view(name) {
  for (const one of document.querySelectorAll("[data-ls-view]")) one.hidden = one.dataset.lsView !== name;
}
