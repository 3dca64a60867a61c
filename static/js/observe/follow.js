/* The note is about whom I last tapped, until I begin to write it: data-ls-follows on the note. */

document.addEventListener("change", ({ target }) => {
  const note = document.querySelector("form[data-ls-follows]");
  if (!note || !target.matches("[type=radio]") || isBegun(note)) return;
  for (const option of note.elements[target.name].options) {
    option.defaultSelected = option.selected = option.value === target.value; // no choice of mine to be warned about
  }
});

const isBegun = (note) => [...note.querySelectorAll("textarea")].some((box) => box.value.trim() !== "");
