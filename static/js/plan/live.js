/* Brings the page up to date from a newer drawing of it, and leaves alone whatever somebody is writing in.
   [data-ls-live]: one part, by id. [data-ls-list]: its children come, go and move, by id. */
import { freshToken } from "../lib/csrf.js";
import { isSignInPage } from "../lib/answer.js";
import { isUnsaved } from "../lib/form.js";
import { tell } from "../lib/tell.js";

/** Draw the sheet anew from the server. */
export async function refresh() {
  const plan = document.querySelector("[data-ls-plan]");
  if (plan) await ask(plan.dataset.lsPlan, { isMine: false });
}

/** Fetch a page, or post to it, and show what is new in it. Resolves to the page that came, or null.
    Without `isMine` nobody asked for it here: what the last action had to say stays. */
export async function ask(address, { isMine = true, ...options } = {}) {
  let answer;
  try {
    const headers = { Accept: "text/html", ...(options.body && { "X-CSRFToken": await freshToken() }) };
    answer = await fetch(address, { ...options, headers });
  } catch {
    tell(document.body.dataset.lsOffline);
    return null;
  }
  if (isSignInPage({ responseURL: answer.url })) return tell(document.body.dataset.lsSignedOut) ?? null;
  if (!answer.ok && ![409, 422].includes(answer.status)) {
    tell(document.body.dataset[answer.status === 403 ? "lsRefused" : "lsFailed"]);
    return null;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  show(page, isMine);
  return page;
}

function show(page, isMine) {
  const focus = remember();
  for (const id of isMine ? ["notices", "problems"] : []) take(id, page);
  for (const part of document.querySelectorAll("[data-ls-live]")) take(part.id, page);
  for (const list of document.querySelectorAll("[data-ls-list]")) {
    const fresh = page.getElementById(list.id);
    if (fresh) arrange(list, fresh);
  }
  focus();
}

function take(id, page) {
  const [mine, fresh] = [document.getElementById(id), page.getElementById(id)];
  if (mine && fresh) renew(mine, fresh);
}

function arrange(list, fresh) {
  list.hidden = fresh.hidden;
  for (const child of [...list.children]) {
    if (child.id && !fresh.querySelector(`:scope > #${CSS.escape(child.id)}`) && !isBusy(child)) child.remove();
  }
  let after = null;
  for (const wanted of [...fresh.children]) {
    if (!wanted.id) continue;
    let child = list.querySelector(`:scope > #${CSS.escape(wanted.id)}`);
    if (child) renew(child, wanted);
    else child = document.importNode(wanted, true);
    const place = after ? after.nextElementSibling : [...list.children].find((one) => one.id);
    if (place !== child) list.insertBefore(child, place ?? null);
    after = child;
  }
}

const isBusy = (part) =>
  part.matches(".editing") ||
  [...part.querySelectorAll("form[data-ls-guard]")].some(isUnsaved) ||
  (part.contains(document.activeElement) && document.activeElement.matches("textarea, input, select"));

function renew(mine, fresh) {
  if (isBusy(mine)) {
    // The rows inside what is being written may still come and go.
    for (const list of mine.querySelectorAll("[data-ls-list]")) {
      const newer = fresh.ownerDocument.getElementById(list.id);
      if (newer) arrange(list, newer);
    }
    return;
  }
  alike(mine, fresh);
  if (!mine.isEqualNode(fresh)) mine.replaceChildren(...document.importNode(fresh, true).childNodes);
}

/** Differences that mean nothing: the token of the drawing, and what I have folded open. */
function alike(mine, fresh) {
  const token = mine.querySelector("[name=csrfmiddlewaretoken]")?.getAttribute("value");
  for (const field of fresh.querySelectorAll("[name=csrfmiddlewaretoken]")) field.setAttribute("value", token ?? field.value);
  const folds = [...fresh.querySelectorAll("details")];
  [...mine.querySelectorAll("details")].forEach((fold, at) => folds[at]?.toggleAttribute("open", fold.open));
}

/** Returns a function that puts the focus back on the same control of the new drawing. A row that was moved goes
    on in its direction; at the end of its list the focus waits on another control than the way back. */
function remember() {
  const active = document.activeElement;
  const place = active?.closest("[id]")?.id;
  const label = active?.getAttribute("formaction") ?? active?.getAttribute("href");
  const words = active?.textContent.trim();
  return () => {
    if (active?.isConnected && active !== document.body) return active.focus({ preventScroll: true }); // moved with its row
    if (!place || !label) return;
    const inside = document.getElementById(place) ?? document;
    const same = [...inside.querySelectorAll("[formaction], [href]")].filter(
      (one) => (one.getAttribute("formaction") ?? one.getAttribute("href")) === label,
    );
    const other = active.name === "to" ? inside.querySelector("[data-ls-open]") : same[0];
    (same.find((one) => one.textContent.trim() === words) ?? other)?.focus({ preventScroll: true });
  };
}
