/* The screen gives less light than the lesson needs: remembered on this device. */
import { the } from "./words.js";

const WISH = "lessonstudy.dim";

function draw() {
  const isDim = localStorage.getItem(WISH) === "yes";
  document.documentElement.classList.toggle("dim", isDim);
  the("dim").ariaPressed = String(isDim);
}

the("dim").addEventListener("click", () => {
  localStorage.setItem(WISH, localStorage.getItem(WISH) === "yes" ? "no" : "yes");
  draw();
});

draw();
