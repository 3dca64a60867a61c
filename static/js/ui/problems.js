/* Tells in words when something htmx sent did not arrive. The words stand on <body>, translated. */
import { isAccepted, isSignInPage } from "../lib/answer.js";
import { tell, told } from "../lib/tell.js";

const words = document.body.dataset;

document.addEventListener("htmx:sendError", () => tell(words.lsOffline));
document.addEventListener("htmx:timeout", () => tell(words.lsOffline));
document.addEventListener("htmx:swapError", () => tell(words.lsFailed));
document.addEventListener("htmx:responseError", ({ detail }) => tell(reason(detail.xhr)));

// The sign-in page must not be drawn into the middle of what somebody is writing.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!isSignInPage(detail.xhr)) return;
  detail.shouldSwap = false;
  detail.isError = true;
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (isAccepted(detail.xhr)) told()?.remove();
});

function reason(xhr) {
  if (isSignInPage(xhr)) return words.lsSignedOut;
  return xhr.status === 403 ? words.lsRefused : words.lsFailed;
}
