/* Who else is here, and whether they have written: asked every few seconds while the page is in sight. */
import { freshToken } from "../lib/csrf.js";
import { refresh } from "./live.js";

const EVERY = 5000; // milliseconds

let state = null;

async function ask() {
  const plan = document.querySelector("[data-ls-here]");
  if (!plan || document.hidden) return;
  const body = new FormData();
  const open = document.activeElement?.closest(".editing[id^=step-]") ?? document.querySelector(".editing[id^=step-]");
  body.set("step", open ? open.id.replace("step-", "") : "");
  try {
    const headers = { Accept: "application/json", "X-CSRFToken": await freshToken() };
    const answer = await fetch(plan.dataset.lsHere, { method: "POST", body, headers });
    if (!answer.ok || answer.redirected) return;
    const told = await answer.json();
    show(told.people);
    if (state !== null && state !== told.state) await refresh();
    state = told.state;
  } catch {
    // No connection: the next time will tell.
  }
}

function show(people) {
  const rows = [...document.querySelectorAll("[data-ls-row]")];
  const line = document.querySelector("[data-ls-people]");
  if (!line) return;
  const said = people.map(({ name, step }) => {
    const number = rows.findIndex((row) => row.id === `step-${step}`) + 1;
    const words = number ? line.dataset.at : line.dataset.here;
    return words.replace("%(name)s", name).replace("%(number)s", number);
  });
  const text = said.join(" · ");
  if (line.textContent !== text) line.textContent = text;
}

ask();
setInterval(ask, EVERY);
document.addEventListener("visibilitychange", ask);
document.addEventListener("ls:opened", ask);
document.addEventListener("ls:closed", ask);
