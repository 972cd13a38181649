// Light or dark: as the system has it, unless somebody chooses.
import { byId, icon, memory } from "./dom.js";

const NEXT = { auto: "light", light: "dark", dark: "auto" };
const SAID = { auto: "as the system", light: "light", dark: "dark" };

function apply(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const button = byId("theme");
  button.replaceChildren(icon(theme));
  button.setAttribute("aria-label", `Colours: ${SAID[theme]}. Change`);
  button.title = `Colours: ${SAID[theme]}`;
  document.dispatchEvent(new Event("themechange"));
}

/** Makes the switch work. */
export function initTheme() {
  let theme = memory.get("theme", "auto");
  if (!(theme in NEXT)) theme = "auto";
  apply(theme);
  byId("theme").addEventListener("click", () => {
    theme = NEXT[theme];
    memory.set("theme", theme);
    apply(theme);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => apply(theme));
}

/** The colour that a variable of the style sheet has now. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The colour of the run at a place among those that are chosen. */
export const runColour = (index) => colour("--s" + (index % 10));
