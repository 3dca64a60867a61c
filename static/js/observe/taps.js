/* Every tap counts, in its order: what the page says at the tap is what is sent, however slow the network.
   data-ls-taps on the form with the pupils. */

let sending = Promise.resolve();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-ls-taps]") || !crypto.randomUUID) return; // without https: an ordinary form
  event.preventDefault();
  const tap = Object.fromEntries(new FormData(form, event.submitter));
  form.elements.id.value = crypto.randomUUID();
  sending = sending.then(() => send(form.action, tap));
});

// Two clicks in the same place at once are one tap of an eager finger.
document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest("button")?.form?.matches("[data-ls-taps]")) event.preventDefault();
});

// From an element outside the form, or htmx would add what the form says by then.
const send = (address, values) => htmx.ajax("POST", address, { source: "#last", swap: "none", values });
