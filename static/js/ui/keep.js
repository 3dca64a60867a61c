/* Keeps the chosen pupil and the focus while htmx redraws: data-ls-keep around the radios and buttons. */

let chosen = [];
let focused = null;

const address = ({ localName, name, value }) =>
  `[data-ls-keep] ${localName}[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`;

document.addEventListener("htmx:beforeSwap", () => {
  chosen = [...document.querySelectorAll("[data-ls-keep] [type=radio]:checked")].map(address);
  const active = document.activeElement;
  focused = active.matches("[data-ls-keep] :is(button, [type=radio])") ? address(active) : null;
});

document.addEventListener("htmx:afterSwap", () => {
  for (const radio of chosen.map(find)) if (radio) radio.checked = true;
  // htmx itself finds the focus again where the element has an id.
  if (focused && document.activeElement === document.body) find(focused)?.focus({ preventScroll: true });
});

const find = (selector) => document.querySelector(selector);
