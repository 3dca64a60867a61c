/* Whether a form holds something that is only on this page. */

const isChoice = (control) => control.matches("[type=checkbox], [type=radio]");
const isList = (control) => control.matches("select");
const isText = (control) => control.matches("input:not([type=hidden]), textarea");

/** True when something was typed or chosen since the server drew the form, or the server sent it back. */
export const isUnsaved = (form) =>
  [...form.elements].some(differs) || form.querySelector("[aria-invalid]") !== null;

/** Count the values in `sent` (FormData) as saved; what was typed after they were sent stays unsaved. */
export function markSaved(form, sent) {
  for (const control of form.elements) {
    const values = sent.getAll(control.name);
    if (isChoice(control)) control.defaultChecked = values.includes(control.value);
    else if (isList(control)) {
      for (const option of control.options) option.defaultSelected = values.includes(option.value);
    } else if (isText(control) && values.includes(control.value)) control.defaultValue = control.value;
  }
}

function differs(control) {
  if (isChoice(control)) return control.checked !== control.defaultChecked;
  if (isList(control)) return listDiffers(control);
  return isText(control) && control.value !== control.defaultValue;
}

function listDiffers(list) {
  const options = [...list.options];
  const drawn = options.filter((option) => option.defaultSelected);
  // A drop-down in which the server marked nothing shows its first line: that is no choice of mine.
  if (drawn.length === 0 && !list.multiple) return list.selectedIndex > 0;
  return options.some((option) => option.selected !== option.defaultSelected);
}
