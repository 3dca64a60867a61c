/* Takes the other's words over mine: data-ls-take names the cell, which keeps theirs in data-ls-was. */

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-ls-take]");
  const cell = button && document.getElementById(button.dataset.lsTake);
  if (!cell) return;
  cell.value = cell.dataset.lsWas ?? "";
  cell.focus();
});
