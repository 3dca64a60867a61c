/* Asks before something is taken away: data-ls-confirm="Remove step 3?" on the button that does it. */

const agreed = new WeakSet();

// Before anybody else hears the click: the button may post a form, or be htmx's.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-ls-confirm]");
  if (!button || agreed.delete(button)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(button);
}, { capture: true });

function ask(button) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("p").textContent = button.dataset.lsConfirm;
  dialog.querySelector("[value=yes]").textContent = button.textContent.trim();
  dialog.returnValue = ""; // Escape leaves it as it is
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && press(button), { once: true });
  dialog.showModal();
}

function press(button) {
  agreed.add(button);
  button.click();
}
