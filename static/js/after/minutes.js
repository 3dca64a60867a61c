/* A few quiet minutes: data-ls-minutes around a count, a progress bar and a button; data-ls-of names the form whose
   first letter starts them. They go on calmly when they are over, and outlive a reload; what was taken ends them. */
import { goesWith, held, hold } from "./sent.js";

const count = document.querySelector("[data-ls-minutes]");
const key = `minutes ${location.pathname}`;

const shown = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function tick() {
  const seconds = Math.max(0, (Date.now() - held(key)) / 1000);
  const minutes = Number(count.dataset.lsMinutes);
  count.querySelector("[data-ls-count]").textContent = shown(seconds);
  count.querySelector("progress").value = Math.min(minutes, seconds / 60);
  const words = count.querySelector("[data-ls-over]");
  if (seconds >= minutes * 60 && words.textContent === "") words.textContent = words.dataset.lsOver; // said once
}

function run() {
  count.querySelector("button").hidden = true;
  tick();
  setInterval(tick, 1000);
}

function start() {
  if (held(key)) return;
  hold(key, Date.now());
  run();
}

if (count) {
  const form = document.getElementById(count.dataset.lsOf);
  count.hidden = false;
  form.addEventListener("input", ({ target }) => target.matches("textarea") && start());
  count.querySelector("button").addEventListener("click", () => {
    start();
    form.querySelector("textarea").focus();
  });
  goesWith(form, key, ({ submitter }) => submitter?.name !== "save"); // saved meanwhile, one goes on writing
  if (held(key)) run();
}
