// Before the first paint: the theme that was chosen last, if one was. Without one the system's is taken.
try {
  const chosen = localStorage.getItem('braid.theme');
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch {
  // a browser that keeps nothing
}
