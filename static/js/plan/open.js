/* Opens a row to be written in its place, and closes it again once all of it is saved: data-ls-open, data-ls-done. */
import { isUnsaved } from "../lib/form.js";
import { save } from "./autosave.js";
import { ask, refresh } from "./live.js";
import { say, show, standing } from "./saved.js";

document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-ls-open], [data-ls-done]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const row = link.closest(".editing");
  if (link.matches("[data-ls-done]") && !row) return; // on a page of its own it is a link like others
  event.preventDefault();
  if (row) return close(row);
  const page = await ask(link.href);
  const edited = page?.querySelector("[data-ls-edit]");
  if (edited) openWith(edited);
});

document.addEventListener("keydown", (event) => {
  const row = event.key === "Escape" && event.target.closest(".editing");
  if (row) close(row);
});

// "Done" and "Save" in a row's own form.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("form[data-ls-autosave]")) return;
  event.preventDefault();
  if (form.hasAttribute("data-ls-merge")) return merge(form);
  const isSaved = await save(form);
  const row = form.closest(".editing");
  if (!isSaved) return;
  if (!row) return form.dataset.lsBack && location.assign(form.dataset.lsBack);
  if (row.querySelectorAll("form[data-ls-autosave]").length === 1) close(row);
});

/** Save what was made of two texts that met. The row stays open, and the cursor goes on in the text. */
async function merge(form) {
  const cell = form.querySelector(".field:has(.theirs) :is(textarea, input, select)");
  form.removeAttribute("data-ls-merge");
  for (const part of form.querySelectorAll(".theirs, [role=alert]")) part.remove();
  for (const button of form.querySelectorAll("[data-ls-then]")) button.textContent = button.dataset.lsThen;
  cell?.focus();
  if (await save(form)) say("saved");
}

/** Show a row's forms in its place on the sheet; the cursor goes into the first empty text. What is said of the row
    and its tools stay below. */
export function openWith(edited) {
  const row = document.getElementById(edited.dataset.lsEdit);
  if (!row || row.matches(".editing")) return;
  row.classList.add("editing");
  const under = [...row.querySelectorAll(":scope > .under")];
  row.replaceChildren(...document.importNode(edited, true).childNodes, ...under);
  const texts = [...row.querySelectorAll(".rowform :is(textarea, input:not([type=hidden]))")];
  (texts.find((cell) => cell.value === "") ?? texts[0])?.focus();
  row.dispatchEvent(new CustomEvent("ls:opened", { bubbles: true }));
}

/** Close a row once all of it is saved; else say what is left to do, and go there. */
export async function close(row) {
  const forms = [...row.querySelectorAll("form[data-ls-autosave]")];
  const saved = await Promise.all(forms.map(save));
  const left = standing(row);
  if (left) {
    say("open");
    return (left.matches("form") ? left.querySelector(".theirs button, .row > button") : left)?.focus();
  }
  if (saved.includes(false)) return;
  const unsaid = [...row.querySelectorAll("form[data-ls-guard]")].find(isUnsaved);
  if (unsaid) {
    show(document.querySelector("[data-ls-saved]").dataset.unsaid);
    return unsaid.querySelector("textarea")?.focus();
  }
  row.classList.remove("editing");
  if (row.contains(document.activeElement)) document.activeElement.blur(); // nobody writes here any more
  await refresh();
  row.querySelector("[data-ls-open]")?.focus({ preventScroll: true });
  row.dispatchEvent(new CustomEvent("ls:closed", { bubbles: true }));
}
