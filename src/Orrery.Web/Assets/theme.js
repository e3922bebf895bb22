// Before anything is painted: the theme that was chosen, or else the system's.
(() => {
  const chosen = localStorage.getItem("orrery-theme");
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
})();
