/* What the page says, and what it is made of: both stand in the template, translated. */

const words = new Map();
for (const word of document.getElementById("words").content.children) words.set(word.dataset.lsWord, word);

/** A sentence, with what goes into its gaps: say("chosen", {who: "S01"}). */
export const say = (name, gaps = {}) =>
  words.get(name).textContent.replace(/%(\w+)%/g, (gap, key) => (key in gaps ? gaps[key] : gap));

/** A sentence about a number. */
export const count = (name, n) =>
  n === 1 ? words.get(name).dataset.lsOne : words.get(name).textContent.replace("77", n);

const UNKEEPABLE = /[\p{Cs}\p{Cc}]/gu; // half a sign, or one that is none: pasted, or a slip of a keyboard

/** What was typed, without signs that nobody can read and the server cannot keep. */
export const typed = (text) => text.replace(UNKEEPABLE, (sign) => ("\n\r\t".includes(sign) ? sign : ""));

/** A copy of a piece of the page, filled: data-ls-text="name" takes texts.name, and hides where that is empty. */
export function piece(name, texts = {}) {
  const copy = document.getElementById(`piece-${name}`).content.firstElementChild.cloneNode(true);
  for (const place of [copy, ...copy.querySelectorAll("[data-ls-text]")]) {
    if (!("lsText" in place.dataset)) continue;
    const text = texts[place.dataset.lsText] ?? "";
    place.textContent = text;
    place.hidden = text === "";
  }
  return copy;
}

/** The one element of the page with this hook. */
export const the = (hook, within = document) => within.querySelector(`[data-ls-${hook}]`);

/** Say it where it stands; nothing to say hides it. */
export function put(element, text) {
  const place = element.querySelector(":scope > span") ?? element;
  if (place.textContent !== text) place.textContent = text;
  element.hidden = text === "";
}

/** An option of a list to choose from. */
export function option(value, name, { selected = false } = {}) {
  const made = piece("option", { name });
  made.value = value;
  made.selected = selected;
  return made;
}

/** Tell a screen reader, once. */
export function tell(text) {
  the("told").textContent = text;
}
