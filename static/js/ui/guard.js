/* Warns before leaving with unsaved text: data-ls-guard on the form. */
import { isAccepted } from "../lib/answer.js";
import { isUnsaved, markSaved } from "../lib/form.js";

let onItsWay = null;

window.addEventListener("beforeunload", (event) => {
  const guarded = [...document.querySelectorAll("form[data-ls-guard]")];
  if (guarded.some((form) => form !== onItsWay && isUnsaved(form))) event.preventDefault();
});

window.addEventListener("pageshow", () => (onItsWay = null));

document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) onItsWay = event.target;
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.requestConfig.elt.closest("form[data-ls-guard]");
  const posted = detail.requestConfig.verb !== "get"; // fetching something for a form saves nothing of it
  if (form && posted && isAccepted(detail.xhr)) markSaved(form, detail.requestConfig.formData);
});
