/* What was written while watching and is on this device alone: every page sends it, and deletes what was kept of lessons
   that are over, whoever looks. Signing out says first what is unsent, ends what one watched, and takes the pupils'
   names off the device; what is unsent stays. data-ls-sign-out on the form: who is signed in. */
import { tell } from "../lib/tell.js";
import { marks, waitingOf } from "../offline/mark.js";

const form = document.querySelector("[data-ls-sign-out]");
const waiting = () => waitingOf(form.dataset.lsSignOut);
const words = (n) => (n === 1 ? form.dataset.lsOne : form.dataset.lsMany.replace("77", n));

const isUsed = () => Object.keys(marks()).length > 0;

if (form && waiting()) send();
if (isUsed()) import("../offline/pack.js").then(({ tidy }) => tidy()).catch(() => {}); // nothing can be kept here

async function send() {
  const { keepSending, whenSent } = await import("../offline/sync.js");
  whenSent(() => waiting() && tell(words(waiting())));
  keepSending();
}

// Before the question is asked: whether there is one depends on what waits now.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-ls-sign-out] button");
  if (!button) return;
  if (waiting()) button.dataset.lsConfirm = words(waiting());
  else delete button.dataset.lsConfirm;
}, { capture: true });

document.addEventListener("submit", async (event) => {
  if (event.target !== form || !isUsed()) return;
  event.preventDefault();
  try {
    await (await import("../offline/leaving.js")).leaveAll(Number(form.dataset.lsSignOut)).catch(() => {});
    await (await import("../offline/pack.js")).wipe();
  } finally {
    form.submit();
  }
});
