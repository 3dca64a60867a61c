/* What this tab holds of a form until the server says that it was taken. A form that was sent and of which nothing
   more was heard is not taken: what it held stays. */

const PREFIX = "ls-held ";
const SENT = "ls-sent";

export const held = (key) => JSON.parse(sessionStorage.getItem(PREFIX + key) ?? "null");

export function hold(key, value) {
  if (value === null) sessionStorage.removeItem(PREFIX + key);
  else sessionStorage.setItem(PREFIX + key, JSON.stringify(value));
}

/** Remember, when the form is sent (and `ends` says so), that the key goes once a page says that it was taken. */
export const goesWith = (form, key, ends = () => true) =>
  form.addEventListener("submit", (event) => {
    if (ends(event)) sessionStorage.setItem(SENT, JSON.stringify([...sent(), key]));
  });

const sent = () => JSON.parse(sessionStorage.getItem(SENT) ?? "[]");

// The page after the one that was sent: a word that it was kept, or the form again.
if (document.querySelector(".message.success")) for (const key of sent()) hold(key, null);
sessionStorage.removeItem(SENT);
