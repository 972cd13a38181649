// Makes elements. Texts are texts: nothing that comes from a run is ever read as HTML.

/**
 * Makes an element: h("button", { class: "primary", onclick: f, "aria-label": "Stop" }, "Stop").
 * A property that is undefined, null or false is left out; children may be texts or lists.
 */
export function h(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** Makes an element of SVG. */
export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), properties, children);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.setAttribute("class", value);
    else if (name === "value" || name === "checked" || name === "disabled" || name === "hidden")
      element[name] = value;
    else if (name === "dataset") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return element;
}

/** Returns the element of an id. */
export const byId = (id) => document.getElementById(id);

/** Says something to people who see the page and to those who hear it. */
export function say(text, kind = "") {
  const line = h("div", { class: "toast " + kind }, text);
  byId("toasts").append(line);
  setTimeout(() => line.remove(), kind === "bad" ? 12000 : 6000);
}

/** Calls a function once, so many milliseconds after the last call. */
export function later(f, milliseconds) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => f(...args), milliseconds);
  };
}

/** Remembers a choice for the next visit; a browser that doesn't allow it forgets. */
export const memory = {
  get(name, otherwise) {
    try {
      const text = localStorage.getItem("shinso." + name);
      return text === null ? otherwise : JSON.parse(text);
    } catch {
      return otherwise;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem("shinso." + name, JSON.stringify(value));
    } catch {
      // As if there were no memory.
    }
  },
};

const ICONS = {
  copy: ["M9 9h11v11H9z", "M5 15H4V4h11v1"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  play: ["M8 5l11 7-11 7z"],
  pause: ["M8 5v14", "M16 5v14"],
  auto: ["M12 3a9 9 0 1 0 0 18z", "M12 3a9 9 0 1 1 0 18"],
  light: ["M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8", "M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5"],
  dark: ["M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z"],
};

/** A sign that needs no font; what it stands for is said by whatever it is on. */
export function icon(name) {
  return svg("svg", { viewBox: "0 0 24 24", width: 18, height: 18, class: "sign " + name, "aria-hidden": "true" }, ICONS[name].map((d) => svg("path", { d })));
}
