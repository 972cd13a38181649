// What the parts of the page about models have in common: elements, pictures, requests in turn.

/** Makes an element; what begins with "on" is a listener, what is null is left out. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((c) => c !== null && c !== undefined));
  return element;
}

/** Makes an element of a drawing. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

let count = 0;

/** Returns a name that no other element has. */
export function id(of) {
  return `${of}-${++count}`;
}

/** A control with its label above it. */
export function field(label, control, hint) {
  control.id ||= id("control");
  const parts = [el("label", { for: control.id }, label), control];
  if (hint) {
    const text = el("span", { class: "muted hint", id: id("hint") }, hint);
    control.setAttribute("aria-describedby", text.id);
    parts.push(text);
  }
  return el("div", { class: "model-field" }, ...parts);
}

/** A whole number to be typed in. */
export function number(value, least, most) {
  return el("input", { type: "number", value: String(value), min: least, max: most, step: 1 });
}

/** Reads a whole number that was typed in; what is wrong with it is thrown as a line. */
export function whole(input, name) {
  const value = Number(input.value);
  if (input.value === "" || !Number.isInteger(value) || value < +input.min || value > +input.max) {
    input.focus();
    throw new Error(`${name}: a whole number from ${input.min} to ${input.max}`);
  }
  return value;
}

/** What a seed may be. */
export function seedInput(value = 1) {
  return number(value, 0, 2 ** 32);
}

/** The bytes of a picture. */
function bytes(base64) {
  const text = atob(base64);
  const all = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) all[i] = text.charCodeAt(i);
  return all;
}

/** Draws a picture on a canvas, pixel by pixel; style makes it larger. */
export function paint(canvas, picture) {
  const { width, height, channels } = picture;
  const levels = bytes(picture.levels);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  const data = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) data.data[4 * i + c] = levels[channels === 1 ? i : 3 * i + c];
    data.data[4 * i + 3] = 255;
  }
  context.putImageData(data, 0, 0);
  return canvas;
}

/** A picture with its description. */
export function picture(of, label, size = "") {
  return paint(el("canvas", { class: `pixels ${size}`, role: "img", "aria-label": label }), of);
}

/** Numbers as people read them. */
export function figure(x, digits = 3) {
  if (typeof x !== "number" || !Number.isFinite(x)) return String(x);
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size >= 1e5 || size < 1e-3) return x.toExponential(digits - 1);
  return String(Number(x.toPrecision(digits)));
}

/** A whole number with its thousands apart. */
export function grouped(n) {
  return n.toLocaleString("en");
}

/** Examples that a model made: pictures side by side, or a table of their numbers. */
export function shown(examples, label) {
  if (examples.pictures.length > 0) {
    return el(
      "ul",
      { class: "pictures", "aria-label": label },
      ...examples.pictures.map((p, i) => el("li", {}, picture(p, `${label} ${i + 1}`))),
    );
  }
  const rows = examples.rows;
  const parts = [];
  if (rows.length > 1 && rows[0].length === 2) parts.push(scatter(rows, label));
  parts.push(
    el(
      "div",
      { class: "scrolls", tabindex: 0, role: "region", "aria-label": label },
      el(
        "table",
        {},
        el("thead", {}, el("tr", {}, ...["", ...(rows[0] ?? []).keys()].map((i) => el("th", { scope: "col" }, i === "" ? "example" : `x${i + 1}`)))),
        el(
          "tbody",
          {},
          ...rows.map((row, i) =>
            el("tr", {}, el("th", { scope: "row" }, String(i + 1)), ...row.map((v) => el("td", {}, figure(v)))),
          ),
        ),
      ),
    ),
  );
  return el("div", {}, ...parts);
}

/** Points in the plane. */
function scatter(rows, label) {
  const [xs, ys] = [0, 1].map((i) => rows.map((r) => r[i]));
  const side = 240;
  const place = (values, v) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return 10 + ((side - 20) * (v - low)) / (high - low || 1);
  };
  return svg(
    "svg",
    { viewBox: `0 0 ${side} ${side}`, class: "scatter", role: "img", "aria-label": `${label} as points in the plane` },
    ...rows.map(([x, y]) => svg("circle", { cx: place(xs, x), cy: side - place(ys, y), r: 3 })),
  );
}

/**
 * Requests of which only the last one counts: while one is on its way, the newest of those that
 * follow waits, and the others are dropped.
 */
export class Latest {
  #busy = false;
  #next = null;

  /** Does something when what is going on has ended, unless something newer comes. */
  async run(work) {
    if (this.#busy) {
      this.#next = work;
      return;
    }
    this.#busy = true;
    try {
      await work();
    } finally {
      this.#busy = false;
      const next = this.#next;
      this.#next = null;
      if (next) this.run(next);
    }
  }
}

/** A line that says what is going on or wrong; read aloud when it changes. */
export class Status {
  constructor() {
    this.element = el("p", { class: "model-status", role: "status" });
  }

  say(text) {
    this.element.classList.remove("wrong");
    this.element.textContent = text;
  }

  /** Says what went wrong; nothing, if it was given up on purpose. */
  wrong(error) {
    if (error.name === "AbortError") return;
    this.element.classList.add("wrong");
    // What is said again is not read aloud again.
    if (this.element.textContent !== error.message) this.element.textContent = error.message;
  }

  /** Does something, during which it says what, and a button can't be pressed again. */
  async during(text, work, button) {
    this.say(text);
    button?.setAttribute("aria-disabled", "true");
    try {
      await work();
      if (this.element.textContent === text) this.say("");
    } catch (error) {
      this.wrong(error);
    } finally {
      button?.removeAttribute("aria-disabled");
    }
  }
}

/** A button; while it is at work a press does nothing. */
export function button(text, press, kind) {
  const made = el("button", { type: "button", class: kind ?? null }, text);
  made.addEventListener("click", () => {
    if (made.getAttribute("aria-disabled") !== "true") press(made);
  });
  return made;
}

/** A colour of the page. */
export function colour(name, otherwise) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || otherwise;
}
