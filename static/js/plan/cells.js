/* The cells of a row's form: which were typed in since they were last saved, and what was sent of them. */

const OWN = new Set(["csrfmiddlewaretoken", "edition", "lesson"]);

const cells = (form) => [...form.elements].filter((cell) => cell.name && !OWN.has(cell.name));

/** What the server has in a cell, as far as this page knows. */
function drawn(cell) {
  if (!cell.matches("select")) return cell.defaultValue;
  return ([...cell.options].find((option) => option.defaultSelected) ?? cell.options[0])?.value ?? "";
}

const isChanged = (cell) => cell.value !== drawn(cell);

/** Cells that hold something the server does not have yet, apart from those it refused as they are. */
export const changed = (form) => cells(form).filter((cell) => isChanged(cell) && cell.value !== refused.get(cell));

const refused = new WeakMap(); // cell → the text the server would not take

/** Take away what was said of a refused cell that has been put right. */
function settle(cell) {
  refused.delete(cell);
  cell.removeAttribute("aria-invalid");
  const field = cell.closest(".field");
  field?.classList.remove("invalid");
  const problem = field?.querySelector(".problem");
  if (!problem) return;
  const notes = cell.getAttribute("aria-describedby")?.split(" ").filter((id) => id !== problem.id) ?? [];
  if (notes.length > 0) cell.setAttribute("aria-describedby", notes.join(" "));
  else cell.removeAttribute("aria-describedby");
  problem.remove();
}

/** Settle the refused cells that again hold what the server has. Returns whether there were any. */
export function settleUndone(form) {
  const undone = cells(form).filter((cell) => cell.matches("[aria-invalid]") && !isChanged(cell));
  undone.forEach(settle);
  return undone.length > 0;
}

/** Remember that the server refused what stands in these cells. */
export const refuse = (form) => {
  for (const cell of cells(form)) if (cell.matches("[aria-invalid]")) refused.set(cell, cell.value);
};

/** What to send of the changed cells: each with the text it had before, so that others' cells are left alone. */
export function parcel(form) {
  const data = new FormData();
  for (const name of ["lesson", "edition"]) if (form.elements[name]) data.set(name, form.elements[name].value);
  for (const cell of changed(form)) {
    data.set(cell.name, cell.value);
    data.set(`was-${cell.name}`, drawn(cell));
  }
  return data;
}

/** Count what was sent as saved; what was typed since stays unsaved. `cleaned`: name → text the server made of it. */
export function acknowledge(form, sent, { edition, cells: cleaned }) {
  form.elements.edition.value = edition;
  for (const cell of cells(form)) {
    if (!sent.has(cell.name)) continue;
    const typed = sent.get(cell.name);
    const kept = cleaned[cell.name] ?? typed;
    if (cell.value === typed) cell.value = kept;
    draw(cell, kept);
    settle(cell);
  }
}

/** Take over into a newly drawn form what was typed since `sent` left; without `sent` all that stands there. */
export function carryOver(from, to, sent = null) {
  for (const cell of cells(from)) {
    const typedSince = sent?.has(cell.name) ? cell.value !== sent.get(cell.name) : isChanged(cell);
    if ((!sent || typedSince) && to.elements[cell.name]) to.elements[cell.name].value = cell.value;
  }
}

/** What hangs on a row that was taken away is sent along with `form`, which puts it back, named by its place. */
export function sendAlong(part, form) {
  for (const cell of cells(part)) {
    cell.name = `${part.parentElement.id}-${cell.name}`;
    cell.setAttribute("form", form.id);
  }
  part.removeAttribute("data-ls-autosave");
  for (const button of part.parentElement.querySelectorAll("button")) button.remove();
}

/** The words of a form that the server does not have, each with the label of its cell. */
export const written = (form) =>
  cells(form)
    .filter((cell) => cell.matches("textarea, [type=text]") && isChanged(cell) && cell.value.trim() !== "")
    .map((cell) => ({ label: cell.labels[0]?.textContent.trim() ?? "", text: cell.value }));

/** In a form that came back, what was sent counts as unsaved: data-ls-was holds what the server has. */
export function recall(form) {
  for (const cell of cells(form)) if (cell.dataset.lsWas !== undefined) draw(cell, cell.dataset.lsWas);
}

function draw(cell, text) {
  const shown = cell.value;
  if (cell.matches("select")) for (const option of cell.options) option.defaultSelected = option.value === text;
  else cell.defaultValue = text;
  if (cell.value !== shown) cell.value = shown; // what is typed is not what was drawn
}
