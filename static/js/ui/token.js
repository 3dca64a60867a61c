/* Sends the token of now, not of when the page was drawn: signing in again in another tab costs no text. */
import { csrfToken } from "../lib/csrf.js";

document.addEventListener("submit", ({ target }) => {
  const field = target.elements.csrfmiddlewaretoken;
  if (field) field.value = csrfToken() || field.value;
}, { capture: true });

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = csrfToken();
  if (!token) return;
  detail.headers["X-CSRFToken"] = token;
  if (detail.parameters.csrfmiddlewaretoken) detail.parameters.csrfmiddlewaretoken = token;
});
