// A pad to draw on: mouse, pen, finger or the arrow keys. And the choice of a test example instead.
import { get, url } from "./api.js";
import { button, colour, el, id, paint } from "./models-parts.js";

/** Ink on a square or rectangle of small pixels, kept as numbers from 0 to 1. */
export class Pad {
  #down = false;
  #last = null;
  #cursor = null;
  #pressed = false;

  /**
   * @param options.width, height pixels; brush the radius of the pen in pixels; hard whether its
   *     edge is; label; ground what is drawn below the ink, a function of the context
   */
  constructor({ width, height, brush, hard = false, label, ground = null, onchange }) {
    Object.assign(this, { width, height, brush, hard, ground, onchange });
    this.erases = false;
    this.ink = new Float32Array(width * height);
    const keys = el(
      "p",
      { class: "muted hint", id: id("pad-help") },
      "Arrows move the pen (Shift: faster), Space puts it down and lifts it, E changes pen and eraser, Delete clears.",
    );
    this.help = el("details", { class: "hint" }, el("summary", {}, "With the keyboard"), keys);
    this.canvas = el("canvas", {
      class: "pad",
      tabindex: 0,
      role: "application",
      "aria-roledescription": "drawing area",
      "aria-label": label,
      "aria-describedby": keys.id,
    });
    this.canvas.width = width;
    this.canvas.height = height;
    this.said = el("p", { class: "visually-hidden", role: "status" });
    this.element = el("div", { class: "pad-frame" }, this.canvas, this.said);
    this.canvas.addEventListener("pointerdown", (e) => this.#begin(e));
    this.canvas.addEventListener("pointermove", (e) => this.#move(e));
    for (const end of ["pointerup", "pointercancel"]) {
      this.canvas.addEventListener(end, () => this.#end());
    }
    this.canvas.addEventListener("keydown", (e) => this.#key(e));
    this.canvas.addEventListener("blur", () => {
      this.#cursor = null;
      this.#pressed = false;
      this.draw();
    });
    this.draw();
  }

  get isEmpty() {
    return !this.ink.some((v) => v > 0);
  }

  /** Sets every pixel to a value. */
  fill(value) {
    this.ink.fill(value);
    this.draw();
    this.onchange?.();
  }

  #place(e) {
    const box = this.canvas.getBoundingClientRect();
    return [
      ((e.clientX - box.left) / box.width) * this.width,
      ((e.clientY - box.top) / box.height) * this.height,
    ];
  }

  #begin(e) {
    if (e.button !== 0) return;
    e.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(e.pointerId);
    this.#cursor = null;
    this.#down = true;
    this.#last = this.#place(e);
    this.line(this.#last, this.#last);
  }

  #move(e) {
    if (!this.#down) return;
    for (const part of e.getCoalescedEvents?.() ?? [e]) {
      const to = this.#place(part);
      this.line(this.#last, to);
      this.#last = to;
    }
  }

  #end() {
    this.#down = false;
  }

  #key(e) {
    const step = (e.shiftKey ? 4 : 1) * Math.max(1, this.width / 56);
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    this.#cursor ??= [this.width / 2, this.height / 2];
    if (moves[e.key]) {
      const from = this.#cursor;
      const within = (v, most) => Math.min(most - 0.5, Math.max(0.5, v));
      this.#cursor = [
        within(from[0] + step * moves[e.key][0], this.width),
        within(from[1] + step * moves[e.key][1], this.height),
      ];
      if (this.#pressed) this.line(from, this.#cursor);
    } else if (e.key === " ") {
      this.#pressed = !this.#pressed;
      this.said.textContent = this.#pressed ? "pen down" : "pen up";
      if (this.#pressed) this.line(this.#cursor, this.#cursor);
    } else if (e.key.toLowerCase() === "e" && !e.ctrlKey && !e.metaKey) {
      this.ontool?.(!this.erases);
    } else if (e.key === "Delete" || e.key === "Backspace") {
      this.fill(0);
      this.said.textContent = "cleared";
    } else {
      return;
    }
    e.preventDefault();
    this.draw();
  }

  /** Draws or erases along a line between two places. */
  line([x0, y0], [x1, y1]) {
    const radius = this.erases ? 1.6 * this.brush : this.brush;
    const soft = this.hard ? 0 : 1;
    const reach = radius + soft;
    const [dx, dy] = [x1 - x0, y1 - y0];
    const length = dx * dx + dy * dy;
    const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
    const right = Math.min(this.width - 1, Math.ceil(Math.max(x0, x1) + reach));
    const top = Math.max(0, Math.floor(Math.min(y0, y1) - reach));
    const bottom = Math.min(this.height - 1, Math.ceil(Math.max(y0, y1) + reach));
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const [px, py] = [x + 0.5 - x0, y + 0.5 - y0];
        const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
        const distance = Math.hypot(px - along * dx, py - along * dy);
        const strength = this.hard
          ? distance <= radius ? 1 : 0
          : Math.min(1, Math.max(0, reach - distance));
        const at = y * this.width + x;
        this.ink[at] = this.erases
          ? Math.min(this.ink[at], 1 - strength)
          : Math.max(this.ink[at], strength);
      }
    }
    this.draw();
    this.onchange?.();
  }

  draw() {
    const context = this.canvas.getContext("2d", { willReadFrequently: true });
    if (this.ground) {
      this.ground(context, this);
    } else {
      const data = context.createImageData(this.width, this.height);
      for (let i = 0; i < this.ink.length; i++) {
        const level = 255 * this.ink[i];
        data.data.set([level, level, level, 255], 4 * i);
      }
      context.putImageData(data, 0, 0);
    }
    if (this.#cursor) {
      context.strokeStyle = this.#pressed ? colour("--good", "#2a4") : colour("--accent", "#48f");
      context.lineWidth = Math.max(1, this.width / 90);
      context.beginPath();
      context.arc(...this.#cursor, this.brush + 1, 0, 2 * Math.PI);
      context.stroke();
    }
  }
}

/** Pen, eraser, and what else can be pressed below a pad. */
export function tools(pad, clear, names = ["Pen", "Eraser"]) {
  const choice = names.map((name, i) =>
    button(name, () => choose(i === 1), null),
  );
  function choose(erases) {
    pad.erases = erases;
    choice.forEach((b, i) => b.setAttribute("aria-pressed", String((i === 1) === erases)));
  }
  pad.ontool = choose;
  choose(false);
  return el("div", { class: "row tools", role: "group", "aria-label": "Drawing tools" }, ...choice, clear);
}

const SIDE = 112;

/** The longest side of a picture from a file that is sent. */
const FILE_SIDE = 400;

/**
 * The picture that the parts of the page work on: drawn, or a test example. `value()` is what the
 * server takes; null if nothing is there yet.
 */
export class PictureInput {
  #listeners = [];
  #example = null;
  #png = null;
  #from = 0;

  constructor(run, overview, signal) {
    Object.assign(this, { run, overview, signal });
    this.element = el("div", { class: "picture-input" });
    // Photographs in colour are not drawn with a pen.
    if (overview.drawable && overview.input.at(-1) !== 3) {
      this.pad = new Pad({
        width: SIDE,
        height: SIDE,
        brush: 4.2,
        label: "Draw a picture here",
        onchange: () => this.#drawn(),
      });
      this.element.append(
        el(
          "div",
          {},
          this.pad.element,
          tools(this.pad, button("Clear", () => this.pad.fill(0))),
          this.pad.help,
        ),
      );
    }
    this.more = el("div", {});
    this.element.append(this.more);
    if (overview.drawable) this.#offerFile();
    if (overview.examples > 0) this.#offerExamples();
  }

  onchange(listener) {
    this.#listeners.push(listener);
  }

  value() {
    if (this.#example !== null) return { example: this.#example };
    if (this.#png !== null) return { png: this.#png };
    if (!this.pad || this.pad.isEmpty) return null;
    return {
      width: SIDE,
      height: SIDE,
      pixels: Array.from(this.pad.ink, (v) => Math.round(100 * v) / 100),
    };
  }

  /** The same, or an error that says what to do. */
  required() {
    const value = this.value();
    if (!value) {
      throw new Error(this.pad ? "Draw something first, or choose a picture." : "Choose a picture first.");
    }
    return value;
  }

  /** Forgets what was chosen otherwise. */
  #only({ example = null, png = null }) {
    this.#example = example;
    this.#png = png;
    if (png === null && this.file) this.file.value = "";
    this.#mark();
  }

  #offerFile() {
    this.file = el("input", { type: "file", accept: "image/*", id: id("file") });
    this.problem = el("p", { class: "wrong hint", role: "status" });
    this.file.addEventListener("change", async () => {
      const file = this.file.files[0];
      if (!file) return;
      try {
        const png = await asPng(file);
        this.#empty();
        this.#only({ png });
        this.problem.textContent = "";
        this.#tell();
      } catch {
        this.problem.textContent = `${file.name} can't be read as a picture.`;
      }
    });
    this.more.append(
      el("h3", {}, el("label", { for: this.file.id }, this.pad ? "Or a picture from a file" : "A picture from a file")),
      this.file,
      this.problem,
    );
  }

  #empty() {
    if (this.pad) {
      this.pad.ink.fill(0);
      this.pad.draw();
    }
  }

  #drawn() {
    this.#only({});
    this.#tell();
  }

  #tell() {
    for (const listener of this.#listeners) listener(this.value());
  }

  #offerExamples() {
    this.grid = el("div", { class: "examples", role: "group", "aria-label": "Test examples" });
    const page = (by) => {
      const from = this.#from + by * 12;
      if (from >= 0 && from < this.overview.examples) this.#load(from);
    };
    this.more.prepend(
      el("h3", {}, this.pad ? "Or choose a test example" : "Choose a test example"),
      this.grid,
      el("div", { class: "row" }, button("Earlier", () => page(-1)), button("Later", () => page(1))),
    );
    this.#load(0);
  }

  async #load(from) {
    try {
      const some = await get(url(["models", this.run.name, "examples"], { from, count: 12 }), {
        signal: this.signal,
      });
      this.#from = some.from;
      this.grid.replaceChildren(
        ...(some.shown.pictures.length ? some.shown.pictures : some.shown.rows).map((p, i) => {
          const n = some.from + i;
          const label = some.labels[i] === undefined ? "" : `: ${some.labels[i]}`;
          const b = button("", () => this.#choose(n), "example");
          b.setAttribute("aria-label", `Test example ${n + 1}${label}`);
          b.dataset.example = n;
          b.append(p.levels ? paint(el("canvas", { class: "pixels" }), p) : String(n + 1));
          return b;
        }),
      );
      this.#mark();
    } catch (error) {
      if (error.name !== "AbortError") this.grid.textContent = error.message;
    }
  }

  #choose(n) {
    this.#empty();
    this.#only({ example: n });
    this.#tell();
  }

  #mark() {
    for (const b of this.grid?.querySelectorAll("button") ?? []) {
      b.setAttribute("aria-pressed", String(Number(b.dataset.example) === this.#example));
    }
  }
}

/** Returns a picture from a file as PNG in base 64, made smaller if it is large. */
async function asPng(file) {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, FILE_SIDE / Math.max(image.width, image.height));
  const canvas = el("canvas");
  canvas.width = Math.max(1, Math.round(scale * image.width));
  canvas.height = Math.max(1, Math.round(scale * image.height));
  const context = canvas.getContext("2d");
  // As the command line does it, what is transparent is white.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return canvas.toDataURL("image/png").split(",", 2)[1];
}

/**
 * A pad on top of a picture, on which what is to be filled in is painted. `mask()` is 1 where the
 * picture is shown.
 */
export class MaskPad {
  constructor(width, height) {
    this.below = null;
    this.pad = new Pad({
      width,
      height,
      brush: Math.max(1, width / 14),
      hard: true,
      label: "Paint over what is to be filled in",
      ground: (context, pad) => this.#ground(context, pad),
    });
    this.element = el(
      "div",
      { class: "mask-pad" },
      this.pad.element,
      tools(this.pad, button("Clear", () => this.pad.fill(0)), ["Hide", "Show"]),
      this.pad.help,
    );
  }

  /** Shows the picture that the model sees. */
  show(picture) {
    this.below ??= el("canvas");
    paint(this.below, picture);
    this.pad.draw();
  }

  mask() {
    return Array.from(this.pad.ink, (v) => (v > 0.5 ? 0 : 1));
  }

  #ground(context, pad) {
    context.fillStyle = "#000";
    context.fillRect(0, 0, pad.width, pad.height);
    if (this.below) context.drawImage(this.below, 0, 0, pad.width, pad.height);
    const data = context.getImageData(0, 0, pad.width, pad.height);
    for (let i = 0; i < pad.ink.length; i++) {
      // Hidden is a blue grey, in which the picture can still be made out.
      if (pad.ink[i] > 0.5) {
        const under = data.data[4 * i];
        data.data.set([70 + under / 4, 90 + under / 4, 150 + under / 4, 255], 4 * i);
      }
    }
    context.putImageData(data, 0, 0);
  }
}

