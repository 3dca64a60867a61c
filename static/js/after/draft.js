/* What is typed outlives a reload: data-ls-draft on the form names whose it is, and of what. It is kept in this tab
   alone and goes with it, since tablets are shared. */
import { goesWith, held, hold } from "./sent.js";

const form = document.querySelector("form[data-ls-draft]");
const key = form?.dataset.lsDraft;

const TYPED = "textarea, select, input:not([type=hidden], [type=file])";
const controls = () => [...form.elements].filter((one) => one.name && one.matches(TYPED));
const isTicked = (one) => one.matches("[type=checkbox], [type=radio]");
const isChosen = (one) => one.matches("select");
const nameOf = (one) => (isTicked(one) ? `${one.name}=${one.value}` : one.name);
const valueOf = (one) => (isTicked(one) ? one.checked : one.value);

function isChanged(one) {
  if (isTicked(one)) return one.checked !== one.defaultChecked;
  if (isChosen(one)) return [...one.options].some((option) => option.selected !== option.defaultSelected);
  return one.value !== one.defaultValue;
}

function keep() {
  const changed = controls().filter(isChanged);
  hold(key, changed.length > 0 ? Object.fromEntries(changed.map((one) => [nameOf(one), valueOf(one)])) : null);
}

function bringBack(values) {
  for (const one of controls().filter((one) => nameOf(one) in values)) {
    if (isTicked(one)) one.checked = values[nameOf(one)];
    else one.value = values[nameOf(one)];
  }
}

if (form) {
  // A form that came back stands on the page as it was sent.
  if (!form.querySelector("[aria-invalid], [role=alert]")) bringBack(held(key) ?? {});
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  goesWith(form, key);
}
