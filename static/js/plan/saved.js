/* Says what became of what I typed: above the page, where it is read out, and beside what is being typed
   ([data-ls-beside]). The words stand on [data-ls-saved], translated. */

const WAITS = "form[data-ls-waits]"; // words that cannot be saved where they stand
const STANDS = `form.rowform [aria-invalid], form[data-ls-merge], ${WAITS}`;

let last = ""; // when something was saved

const words = () => document.querySelector("[data-ls-saved]")?.dataset ?? {};

/** The first thing in `part` that is not saved and needs a look, or null. */
export const standing = (part = document) => part.querySelector(STANDS);

/** Show one of the words: "saving", "saved" (with `time`), "waiting" (no connection), "open" (needs a look). */
export function say(which, time = last) {
  if (which === "saved") last = time;
  const isOpen = which === "open" || (which === "saved" && standing());
  const said = isOpen && document.querySelector(WAITS) ? "waits" : isOpen ? "open" : which;
  show(said === "saved" && !time ? "" : (words()[said] ?? "").replace("%(time)s", time));
}

/** Show a text of its own. */
export function show(text) {
  for (const line of document.querySelectorAll("[data-ls-saved], [data-ls-beside]")) {
    if (line.textContent !== text) line.textContent = text;
  }
}
