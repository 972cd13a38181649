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
