/* Every two minutes, where one wishes it: who is at work right now? A quiet line, no sound; it waits to be looked at. */
import { now } from "../offline/clock.js";
import { stamped, write } from "./book.js";
import { lesson, when } from "./lesson.js";
import { before } from "./seats.js";
import { whenSubmitted } from "./submits.js";
import { wishes, wishOther } from "./wishes.js";
import { piece, say, tell, the } from "./words.js";

const EVERY = 2 * 60 * 1000; // milliseconds
const WISH = "sampling";

let due = 0;

function draw() {
  the("sampling").ariaPressed = String(wishes(WISH));
  the("sample-due").hidden = !wishes(WISH) || now() < due || !before().length;
}

the("sampling").addEventListener("click", () => {
  wishOther(WISH);
  due = now() + EVERY;
  draw();
});

the("sample").addEventListener("click", () => {
  the("sample-pupils").replaceChildren(...before().map(pupilOf));
  look(true);
  the("sample-pupils").firstElementChild.focus();
});

function pupilOf({ id, name }) {
  const pupil = piece("sample", { name, state: say("at-work") });
  pupil.value = id;
  return pupil;
}

the("sample-pupils").addEventListener("click", (event) => {
  const pupil = event.target.closest(".seat");
  if (!pupil) return;
  const isOff = pupil.ariaPressed !== "true";
  pupil.ariaPressed = String(isOff);
  pupil.querySelector("small").textContent = say(isOff ? "not-at-work" : "at-work");
});

whenSubmitted(the("looking"), async () => {
  const moment = stamped({ kind: "sample" });
  const pupils = [...the("sample-pupils").children];
  const records = pupils.map((pupil) => ({
    ...moment,
    id: stamped({}).id,
    student: Number(pupil.value),
    code: pupil.ariaPressed === "true" ? "off_task" : "on_task",
  }));
  if (await write(...records)) done();
});

the("sample-skip").addEventListener("click", done);

function done() {
  due = now() + EVERY;
  look(false);
  draw();
}

function look(open) {
  the("looking").hidden = !open;
  the("writing").hidden = open;
  if (!open) tell("");
}

setInterval(() => lesson.pack && draw(), 1000);
when("pack", () => {
  due ||= now() + EVERY;
  draw();
});
