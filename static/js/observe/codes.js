/* What happened: one tap writes it down. Six codes at hand, the others one tap away. */
import { last, stamped, takeBack, write } from "./book.js";
import { called, changed, lesson, when } from "./lesson.js";
import { whatOfAll, whenOf } from "./telling.js";
import { piece, put, say, tell, the } from "./words.js";

const grid = the("codes");

let rest = false;

function draw() {
  const shown = lesson.pack.codes.filter(({ state, first }) => !state && first !== rest);
  grid.replaceChildren(...shown.map(codeOf));
  the("rest").ariaPressed = String(rest);
  the("rest").textContent = say(rest ? "first-codes" : "more-codes");
  the("rest").hidden = lesson.pack.codes.every(({ state, first }) => state || first);
}

function codeOf({ slug, label, meaning }) {
  const code = piece("code", { label });
  code.value = slug;
  code.title = meaning;
  return code;
}

grid.addEventListener("click", (event) => {
  const code = event.target.closest(".code");
  // Two clicks in the same place at once are one tap of an eager finger.
  if (code && event.detail < 2) tap(code.value, event.timeStamp);
});

async function tap(code, start) {
  if (!lesson.chosen) return hint(say("choose-first"));
  const event = stamped({ kind: "event", code, student: lesson.chosen, target: lesson.target });
  if (!(await write(event))) return;
  Object.assign(lesson, { target: null, asksTarget: false });
  changed("choice");
  if (rest) fold(false);
  measured("tap", start);
}

// From the finger to the moment at which it is on the disk and on the screen.
function measured(name, start) {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => performance.measure(name, { start, end: performance.now() });
    port2.postMessage("");
  });
}

function hint(text) {
  the("last").textContent = text;
  tell(text);
}

function showLast(detail) {
  const lines = last();
  const what = lines.length ? whatOfAll(lines) : "";
  the("undo").hidden = !what;
  the("last").textContent = what ? `${whenOf(lines[0].record)} ${what}` : say("hint");
  const written = detail?.records?.[0];
  if (written && written.kind !== "void" && what) tell(what);
}

function showTarget() {
  const { chosen, target, asksTarget } = lesson;
  const whom = the("whom");
  whom.ariaPressed = String(asksTarget || target !== null);
  whom.disabled = chosen === null;
  put(the("target"), target === null ? say("to-whom") : say("to", { whom: called(target, say("teacher")) }));
  if (asksTarget) hint(say("choose-target"));
  else if (target !== null) hint(say("to-happened", { who: called(chosen), whom: called(target, say("teacher")) }));
  else if (chosen !== null) showLast();
}

the("whom").addEventListener("click", () => {
  if (lesson.target !== null) lesson.target = null;
  else lesson.asksTarget = !lesson.asksTarget;
  changed("choice");
});

the("rest").addEventListener("click", () => fold(!rest));

function fold(open) {
  rest = open;
  draw();
}

the("undo").addEventListener("click", async () => {
  const lines = last();
  if (!lines.length) return;
  const what = whatOfAll(lines);
  if (await takeBack(...lines)) tell(say("taken-back", { what }));
});

when("pack", draw);
when("pack", () => showLast());
when("records", showLast);
when("choice", showTarget);
