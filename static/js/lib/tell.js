/* Says in words, above the page, what did not work. */

/** The message that stands there now, if one does. */
export const told = () => document.querySelector("#problems > [data-ls-problem]");

/** Say it; said once is enough, however often it is tried. */
export function tell(text) {
  if (told()?.textContent === text) return;
  told()?.remove();
  const message = document.createElement("p");
  message.className = "message error";
  message.dataset.lsProblem = "";
  message.textContent = text;
  document.getElementById("problems").append(message);
}
