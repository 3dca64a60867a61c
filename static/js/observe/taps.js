/* Every tap counts, in its order: what the page says at the tap is what is sent, however slow the network.
   data-ls-taps on the form with the pupils. A tap has an id of its own, so sending it again does no harm. */

const AGAIN = 5000; // milliseconds until the next try without a connection

let sending = Promise.resolve();
let waiting = 0;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-ls-taps]") || !crypto.randomUUID) return; // without https: an ordinary form
  event.preventDefault();
  const tap = Object.fromEntries(new FormData(form, event.submitter));
  const tapped = performance.now();
  form.elements.id.value = crypto.randomUUID();
  waiting += 1;
  sending = sending.then(() => send(form.action, tap, tapped)).then(() => (waiting -= 1));
});

// Two clicks in the same place at once are one tap of an eager finger.
document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest("button")?.form?.matches("[data-ls-taps]")) event.preventDefault();
});

window.addEventListener("beforeunload", (event) => {
  if (waiting) event.preventDefault();
});

async function send(address, tap, tapped) {
  for (;;) {
    const values = { ...tap, seconds_ago: Math.round((performance.now() - tapped) / 1000) };
    try {
      // From an element outside the form, or htmx would add what the form says by then.
      return await htmx.ajax("POST", address, { source: "#last", swap: "none", values });
    } catch {
      await connection();
    }
  }
}

const connection = () =>
  new Promise((resolve) => {
    window.addEventListener("online", resolve, { once: true });
    setTimeout(resolve, AGAIN);
  });
