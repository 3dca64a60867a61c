/* Words that cannot be saved where they stand, in a form with data-ls-waits: data-ls-copy copies them,
   data-ls-let-go lets them go. */
import { written } from "./cells.js";
import { close } from "./open.js";
import { say } from "./saved.js";

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-ls-copy]");
  if (!button) return;
  const text = written(button.form).map(({ label, text }) => `${label}\n${text}`).join("\n\n");
  if (await copy(text)) button.textContent = button.dataset.lsCopied;
});

document.addEventListener("click", ({ target }) => {
  const form = target.closest("[data-ls-let-go]")?.form;
  if (!form) return;
  const row = form.closest(".editing");
  const part = form.closest(".editing li");
  const back = form.dataset.lsBack ?? document.querySelector("a[data-ls-done]")?.href;
  (part ?? form).remove();
  if (!row && back) return location.assign(back);
  say("saved");
  if (row && !part) return close(row);
  row?.querySelector("[data-ls-done]")?.focus();
});

/** Without https a browser has no clipboard to write to, but still copies what is marked. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    const active = document.activeElement;
    area.value = text;
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    active?.focus();
    return isCopied;
  }
}
