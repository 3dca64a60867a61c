/* Signing out leaves nothing of one's own in this tab: the next person at the tablet finds an empty page. */
document.addEventListener("submit", ({ target, defaultPrevented }) => {
  if (defaultPrevented || !target.matches('form[action$="/logout/"]')) return;
  for (const name of Object.keys(sessionStorage)) if (name.startsWith("ls-")) sessionStorage.removeItem(name);
});
