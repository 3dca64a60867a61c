/* The buttons of the rows (form="tools") and what is said about them, without reloading the page. */
import { save } from "./autosave.js";
import { ask, refresh } from "./live.js";
import { openWith } from "./open.js";
import { say } from "./saved.js";

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || !form.matches("[data-ls-tools], [data-ls-say]")) return;
  event.preventDefault();
  const address = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
  const body = new FormData(form, submitter);
  const row = form.matches("[data-ls-tools]") ? (submitter?.closest(".editing") ?? null) : null;
  if (row && !(await isReady(row, submitter))) return;
  const rows = new Set(row?.querySelectorAll("li"));
  if (form.matches("[data-ls-say]")) form.inert = true;
  const page = await ask(address, { method: "POST", body });
  form.inert = false;
  if (!page) return;
  if (form.matches("[data-ls-say]") && !page.querySelector("[aria-invalid]")) {
    form.reset();
    await refresh();
  }
  if (row) follow(row, rows, page);
  const edited = page.querySelector("[data-ls-edit]");
  if (!row && edited && !document.querySelector(`.editing#${CSS.escape(edited.dataset.lsEdit)}`)) {
    await refresh();
    openWith(edited);
  }
  goOn(submitter);
});

/** What was typed into an open row is saved before a tool is used on it: a copy has it, too. */
async function isReady(row, tool) {
  const saved = await Promise.all([...row.querySelectorAll("form[data-ls-autosave]")].map(save));
  if (!saved.includes(false) && !row.querySelector("form[data-ls-waits]")) return true;
  if (!tool.closest(".under")) return true; // a part of the row, not the row itself
  say("open");
  return false;
}

/** An open row goes when it was taken off the plan; the cursor enters the part that was added to it. */
function follow(row, known, page) {
  const list = row.closest("[data-ls-list]");
  if (list && page.getElementById(list.id) && !page.getElementById(row.id)) row.remove();
  const added = [...row.querySelectorAll("li")].find((one) => !known.has(one) && one.querySelector(".rowform"));
  added?.querySelector("textarea")?.focus();
}

/** Where the button that was pressed has gone: the keyboard goes on at what puts a row back, or at the row put back. */
function goOn(pressed) {
  if (document.activeElement !== document.body) return;
  const back = pressed?.name === "step" && document.querySelector(`#step-${pressed.value} [data-ls-open]`);
  if (back) back.focus();
  else document.querySelector("#notices button")?.focus({ preventScroll: true });
}
