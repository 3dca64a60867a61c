/* Saves a row while one types: data-ls-autosave on its form. Sends the changed cells alone, one parcel at a
   time; a parcel that found no way is sent again as it was, before anything newer. */
import { isSignInPage } from "../lib/answer.js";
import { freshToken } from "../lib/csrf.js";
import { tell, told as problem } from "../lib/tell.js";
import { acknowledge, carryOver, changed, parcel, recall, refuse, sendAlong, settleUndone } from "./cells.js";
import { say, show } from "./saved.js";

const PAUSE = 800; // milliseconds without a key before it is saved
const AGAIN = 3000; // until the next try without a connection
const PATIENCE = 20000; // until an answer counts as lost

const waiting = new WeakMap(); // form → timer
const onTheWay = new WeakMap(); // form → promise of the parcel being sent
const unanswered = new WeakMap(); // form → parcel that may or may not have arrived

const isOurs = (form) => form?.matches("form[data-ls-autosave]") && !form.matches("[data-ls-merge]");

document.addEventListener("input", ({ target }) => isOurs(target.form) && later(target.form, PAUSE));
document.addEventListener("focusout", ({ target }) => isOurs(target.form) && later(target.form, 0));
window.addEventListener("online", () => forms().forEach((form) => later(form, 0)));
document.addEventListener("visibilitychange", () => document.hidden && forms().forEach((form) => save(form)));

const forms = () => [...document.querySelectorAll("form[data-ls-autosave]:not([data-ls-merge])")];

function later(form, wait) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => save(form), wait));
}

/** Save the form until nothing in it is unsaved. Resolves to false where something needs a look first. */
export async function save(form) {
  clearTimeout(waiting.get(form));
  while (form.isConnected && (unanswered.has(form) || changed(form).length > 0)) {
    if (onTheWay.has(form)) await onTheWay.get(form);
    else if (!(await sending(form))) return false;
  }
  if (settleUndone(form)) say("saved");
  return form.querySelector("[aria-invalid]") === null;
}

function sending(form) {
  const sent = send(form).finally(() => onTheWay.delete(form));
  onTheWay.set(form, sent);
  return sent;
}

/** Send one parcel. Resolves to true where it was taken or the next try may bring it. */
async function send(form) {
  const data = unanswered.get(form) ?? parcel(form);
  unanswered.set(form, data);
  say("saving");
  let answer;
  try {
    answer = await fetch(form.action, {
      method: "POST",
      body: data,
      headers: { Accept: "application/json", "X-CSRFToken": await freshToken() },
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    say("waiting");
    later(form, AGAIN);
    return false;
  }
  return heed(form, data, answer);
}

async function heed(form, data, answer) {
  const isData = answer.headers.get("Content-Type")?.startsWith("application/json");
  if (answer.ok && isData) {
    const told = await answer.json();
    unanswered.delete(form);
    acknowledge(form, data, told);
    problem()?.remove();
    say("saved", told.at);
    form.dispatchEvent(new CustomEvent("ls:saved", { bubbles: true, detail: told }));
    return true;
  }
  if (answer.status === 410) {
    unanswered.delete(form);
    giveBack(form, await answer.text());
    say("open");
    return false;
  }
  if ([409, 422].includes(answer.status)) {
    unanswered.delete(form);
    redraw(form, data, await answer.text());
    say("open");
    return false;
  }
  const signedOut = answer.status === 401 || isSignInPage({ responseURL: answer.url });
  const words = document.body.dataset;
  const text = signedOut ? words.lsSignedOut : answer.status === 403 ? words.lsRefused : words.lsFailed;
  tell(text);
  show(text);
  if (signedOut || answer.status >= 500) later(form, AGAIN * 3);
  else unanswered.delete(form);
  return false;
}

const formIn = (html) => new DOMParser().parseFromString(html, "text/html").querySelector("form.rowform");

/** The form that came back stands in place of the old one; nothing typed since `sent` left is lost. */
function redraw(form, sent, html) {
  const fresh = formIn(html);
  if (!fresh) return tell(document.body.dataset.lsFailed);
  if (!fresh.hasAttribute("action")) fresh.action = form.action;
  recall(fresh);
  carryOver(form, fresh, sent);
  replace(form, fresh);
}

/** The row was taken away: all that stands in it, saved or not, waits in a form that puts it back. */
function giveBack(form, html) {
  if (!form.isConnected || !isOurs(form)) return; // it waits already
  const fresh = formIn(html);
  if (!fresh) return tell(document.body.dataset.lsFailed);
  // Where a part is told that its row has gone, too, the form that came is that of the row.
  const row = form.closest("[data-ls-edit], .editing") ?? form.parentElement;
  const kind = fresh.id.replace(/[^-]*$/, "");
  const isPart = form.matches("li > *") && form.id.startsWith(kind);
  const [old, ...others] = isPart ? [form] : row.querySelectorAll(`form[id^="${kind}"]`);
  if (old && !form.id.startsWith(kind)) for (const told of fresh.querySelectorAll("[data-ls-part]")) told.remove(); // is here
  recall(fresh);
  for (const one of old ? [old, ...others] : [form]) carryOver(one, fresh);
  replace(old ?? form, fresh);
  for (const one of others) one.remove();
  if (fresh.matches("li > *")) return;
  for (const part of row.querySelectorAll("li > form.rowform")) sendAlong(part, fresh);
}

/** Put `fresh` in place of the form, and the cursor where it was. */
function replace(form, fresh) {
  const active = form.contains(document.activeElement) ? document.activeElement : null;
  const [start, end] = [active?.selectionStart, active?.selectionEnd];
  form.replaceWith(fresh);
  refuse(fresh);
  const again = active && fresh.elements[active.name];
  again?.focus();
  if (again && Number.isInteger(start)) again.setSelectionRange?.(start, end);
  if (isOurs(fresh) && changed(fresh).length > 0) later(fresh, PAUSE);
}
