/* What was written while watching and is on this device alone: every page sends it. Signing out says so first, and
   takes the pupils' names off the device; what is unsent stays. data-ls-sign-out on the form. */
import { tell } from "../lib/tell.js";
import { marks, waitingHere } from "../offline/mark.js";

const form = document.querySelector("[data-ls-sign-out]");
const words = (n) => (n === 1 ? form.dataset.lsOne : form.dataset.lsMany.replace("77", n));

if (form && waitingHere()) send();

async function send() {
  const { keepSending, whenSent } = await import("../offline/sync.js");
  whenSent(() => waitingHere() && tell(words(waitingHere())));
  keepSending();
}

// Before the question is asked: whether there is one depends on what waits now.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-ls-sign-out] button");
  if (!button) return;
  if (waitingHere()) button.dataset.lsConfirm = words(waitingHere());
  else delete button.dataset.lsConfirm;
}, { capture: true });

document.addEventListener("submit", async (event) => {
  if (event.target !== form || !Object.keys(marks()).length) return;
  event.preventDefault();
  try {
    await (await import("../offline/pack.js")).wipe();
  } finally {
    form.submit();
  }
});
