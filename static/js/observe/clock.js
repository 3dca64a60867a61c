/* The lesson's clock, ticking: data-ls-clock holds the seconds gone by when the server drew it. The tablet's
   own clock may be wrong; only its ticking is used. */

const drawn = performance.now();

const shown = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

setInterval(() => {
  for (const clock of document.querySelectorAll("[data-ls-clock]")) {
    clock.textContent = shown(Number(clock.dataset.lsClock) + Math.floor((performance.now() - drawn) / 1000));
  }
}, 1000);
