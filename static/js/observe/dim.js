/* The screen gives less light than the lesson needs: remembered on this device for each person. */
import { when } from "./lesson.js";
import { wishes, wishOther } from "./wishes.js";
import { the } from "./words.js";

const WISH = "dim";

function draw() {
  document.documentElement.classList.toggle("dim", wishes(WISH));
  the("dim").ariaPressed = String(wishes(WISH));
}

the("dim").addEventListener("click", () => {
  wishOther(WISH);
  draw();
});

when("pack", draw);
