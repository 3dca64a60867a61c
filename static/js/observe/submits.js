/* A form is kept once, however often it is tapped: what comes while it is being kept is the same tap. */

/** Call `keep(event)` when the form is submitted, and not again before that is done. */
export function whenSubmitted(form, keep) {
  let isKeeping = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isKeeping) return;
    isKeeping = true;
    try {
      await keep(event);
    } finally {
      isKeeping = false;
    }
  });
}
