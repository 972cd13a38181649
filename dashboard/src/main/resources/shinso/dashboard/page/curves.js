// Curves: a chart for each kind of number, several runs over one another.
import uPlot from "./lib/uplot.js";
import { byId, h, later, memory } from "./dom.js";
import { duration, number } from "./format.js";
import { colour, runColour } from "./theme.js";

const HEIGHT = 260;

/** So many pixels the arrow keys move at least. */
const STRIDE = 5;
const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3]];
const AXES = { step: "step", epoch: "epoch", seconds: "time" };

/** Splits train.loss into the set that was measured, and what was. */
function parts(name) {
  const dot = name.indexOf(".");
  return dot > 0 ? [name.slice(0, dot), name.slice(dot + 1)] : ["", name];
}

/** Exponential moving averages whose first values count as much as they should; gaps stay. */
function smoothed(values, weight) {
  let mean = 0;
  let sum = 0;
  return values.map((v) => {
    if (v === null) return null;
    mean = weight * mean + (1 - weight) * v;
    sum = weight * sum + (1 - weight);
    return mean / sum;
  });
}

function faint(css, alpha) {
  const hex = /^#(..)(..)(..)$/.exec(css);
  return hex ? `rgba(${hex.slice(1).map((c) => parseInt(c, 16)).join(", ")}, ${alpha})` : css;
}

export class Curves {
  constructor() {
    this.chosen = [];
    this.data = new Map();
    this.charts = new Map();
    this.options = { x: "step", smooth: 0, logX: false, logY: false, ...memory.get("curves", {}) };
    this.redraw = later(() => this.show(), 30);
    this.tools();
    document.addEventListener("themechange", () => this.rebuild());
  }

  tools() {
    const o = this.options;
    const change = () => {
      memory.set("curves", o);
      this.rebuild();
    };
    const shown = h("output", { class: "number", for: "smooth" }, o.smooth.toFixed(2));
    byId("curve-tools").append(
      h("label", {}, "over ",
        h("select", { id: "x-axis", onchange: (e) => { o.x = e.target.value; change(); } },
          Object.entries(AXES).map(([value, title]) => h("option", { value, selected: o.x === value }, title + "s".repeat(value !== "seconds"))))),
      h("label", {}, "smoothing ",
        h("input", { id: "smooth", type: "range", min: 0, max: 0.99, step: 0.01, value: o.smooth,
          oninput: (e) => { o.smooth = Number(e.target.value); shown.textContent = o.smooth.toFixed(2); change(); } }), shown),
      h("label", {}, h("input", { id: "log-y", type: "checkbox", checked: o.logY, onchange: (e) => { o.logY = e.target.checked; change(); } }), " log y"),
      h("label", {}, h("input", { id: "log-x", type: "checkbox", checked: o.logX, onchange: (e) => { o.logX = e.target.checked; change(); } }), " log x"),
    );
  }

  /** Shows these runs from now on, in this order. */
  choose(runs) {
    this.chosen = runs;
    for (const name of this.data.keys()) if (!runs.some((r) => r.name === name)) this.data.delete(name);
    this.show();
  }

  /** Takes the curves of a run. */
  update(curves) {
    this.data.set(curves.run, curves);
    this.redraw();
  }

  /** Drops what was drawn in other colours or on other axes. */
  rebuild() {
    for (const chart of this.charts.values()) chart.destroy();
    this.charts.clear();
    this.show();
  }

  /** Returns the lines of each chart: what was measured, by set, run and stage. */
  groups() {
    const groups = new Map();
    const single = this.chosen.length === 1;
    this.chosen.forEach((run, place) => {
      const before = { step: 0, epoch: 0, seconds: 0 };
      for (const stage of this.data.get(run.name)?.stages ?? []) {
        const last = { step: 0, epoch: 0, seconds: 0 };
        for (const curve of stage.curves) {
          const [set, what] = parts(curve.name);
          if (!groups.has(what)) groups.set(what, []);
          const x = (curve[this.options.x] ?? curve.step).map((v) => (v === null ? null : v + before[this.options.x]));
          for (const axis of Object.keys(last)) last[axis] = Math.max(last[axis], curve[axis]?.at(-1) ?? 0);
          const several = this.data.get(run.name).stages.length > 1;
          groups.get(what).push({
            key: [run.name, stage.name, curve.name].join("\u0000"),
            label: [single ? null : run.label, several ? stage.name : null, set].filter(Boolean).join(", ") || what,
            place, set, x, curve,
          });
        }
        for (const axis of Object.keys(before)) before[axis] += last[axis];
      }
    });
    return groups;
  }

  show() {
    const groups = this.groups();
    const place = byId("curves");
    for (const [what, chart] of this.charts) {
      if (!groups.has(what)) {
        chart.destroy();
        this.charts.delete(what);
      }
    }
    let previous = null;
    for (const [what, lines] of groups) {
      let chart = this.charts.get(what);
      if (!chart) {
        chart = new Chart(what);
        this.charts.set(what, chart);
      }
      const wanted = previous ? previous.nextSibling : place.firstChild;
      if (chart.element !== wanted) place.insertBefore(chart.element, wanted);
      chart.update(lines, this.options, this.chosen.length === 1);
      previous = chart.element;
    }
    let empty = byId("no-curves");
    if (groups.size === 0 && !empty) place.append(h("p", { id: "no-curves", class: "empty" }, "No numbers yet."));
    else if (groups.size > 0) empty?.remove();
  }
}

/** A place in time, fine enough to tell places of a short run apart. */
const moment = (seconds) => (seconds < 60 ? `${number(seconds)} s` : duration(seconds));

class Chart {
  constructor(what) {
    this.what = what;
    this.title = h("h3", {}, what);
    this.canvas = h("div", { class: "plot", tabindex: "0", role: "img" });
    this.readout = h("ul", { class: "readout" });
    this.element = h("figure", { class: "chart", dataset: { what } }, h("figcaption", {}, this.title), this.canvas, this.readout);
    this.plot = null;
    this.canvas.addEventListener("keydown", (e) => this.key(e));
    this.canvas.addEventListener("blur", () => this.plot?.setCursor({ left: -10, top: -10 }));
    this.observer = new ResizeObserver(() => {
      const width = this.canvas.clientWidth;
      if (this.plot && width > 0 && width !== this.plot.width) this.plot.setSize({ width, height: HEIGHT });
    });
    this.observer.observe(this.canvas);
  }

  destroy() {
    this.observer.disconnect();
    this.plot?.destroy();
    this.element.remove();
  }

  /** Left and right move along the curve, as the mouse does. */
  key(e) {
    if (!this.plot || !["ArrowLeft", "ArrowRight", "Home", "End"].includes(e.key)) return;
    e.preventDefault();
    const xs = this.plot.data[0];
    const place = (i) => this.plot.valToPos(xs[i], "x");
    const last = xs.length - 1;
    let i = this.plot.cursor.idx ?? (e.key === "ArrowRight" ? 0 : last);
    if (e.key === "Home") i = 0;
    if (e.key === "End") i = last;
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
    if (direction) {
      // The cursor knows pixels; places that share one can't be told apart.
      const from = place(i);
      do i += direction;
      while (i > 0 && i < last && Math.abs(place(i) - from) < STRIDE);
    }
    i = Math.min(last, Math.max(0, i));
    this.plot.setCursor({ left: place(i), top: this.plot.over.clientHeight / 2 });
  }

  update(lines, options, single) {
    this.lines = lines;
    this.options = options;
    const sets = [...new Set(lines.map((l) => l.set))];
    for (const line of lines) {
      line.colour = runColour(single ? sets.indexOf(line.set) : line.place);
      line.dash = single ? [] : DASHES[sets.indexOf(line.set) % DASHES.length];
    }
    const tables = lines.map((l) => this.table(l, options));
    const data = uPlot.join(tables);
    const structure = JSON.stringify([lines.map((l) => [l.key, l.label, l.colour, tables[lines.indexOf(l)].length]), options]);
    const closer = this.closer(lines);
    if (this.plot && this.structure === structure) {
      this.plot.setData(data);
    } else {
      this.structure = structure;
      this.plot?.destroy();
      this.canvas.replaceChildren();
      this.plot = new uPlot(this.config(lines, tables, options), data, this.canvas);
    }
    if (closer) this.plot.setScale("x", closer);
    this.keys = lines.map((l) => l.key);
    this.canvas.setAttribute("aria-label", this.summary(closer));
    this.read(null);
  }

  /** The part that is looked at closer, if any: it stays while a run trains on. */
  closer(lines) {
    if (!this.plot || !lines.some((l) => this.keys.includes(l.key))) return null;
    const { min, max } = this.plot.scales.x;
    const xs = this.plot.data[0];
    return xs.length && (min > xs[0] || max < xs.at(-1)) ? { min, max } : null;
  }

  /** One line's columns: x, the mean, what is smoothed, and the least and greatest values. */
  table(line, options) {
    const positive = (v) => (v !== null && v <= 0 ? null : v);
    let mean = line.curve.mean;
    let least = line.curve.least;
    let greatest = line.curve.greatest;
    let x = line.x;
    const order = x.map((v, i) => i).filter((i) => x[i] !== null && (!options.logX || x[i] > 0));
    order.sort((a, b) => x[a] - x[b]);
    // uPlot wants each place once.
    const kept = order.filter((i, at) => at === order.length - 1 || x[order[at + 1]] !== x[i]);
    const take = (values) => values && kept.map((i) => (options.logY ? positive(values[i]) : values[i]));
    x = kept.map((i) => x[i]);
    mean = take(mean);
    line.values = options.smooth > 0 ? smoothed(mean, options.smooth) : mean;
    line.xs = x;
    const columns = [x, line.values];
    if (options.smooth > 0) columns.push(mean);
    least = take(least);
    greatest = take(greatest);
    if (least && greatest) columns.push(least, greatest);
    return columns;
  }

  config(lines, tables, options) {
    const series = [{}];
    const bands = [];
    lines.forEach((line, i) => {
      line.index = series.length;
      const points = { show: (line.xs.length < 2) };
      series.push({ label: line.label, stroke: line.colour, width: 1.8, dash: line.dash, spanGaps: true, points });
      if (options.smooth > 0) series.push({ stroke: faint(line.colour, 0.3), width: 1, spanGaps: true, points: { show: false } });
      if (tables[i].length > (options.smooth > 0 ? 3 : 2)) {
        const low = series.length;
        for (let k = 0; k < 2; k++) series.push({ stroke: "transparent", width: 0, spanGaps: true, points: { show: false } });
        bands.push({ series: [low + 1, low], fill: faint(line.colour, 0.15) });
      }
    });
    const axis = {
      stroke: colour("--muted"),
      grid: { stroke: colour("--grid"), width: 1 },
      ticks: { stroke: colour("--grid"), width: 1, size: 4 },
      font: "12px system-ui, sans-serif",
      labelFont: "12px system-ui, sans-serif",
    };
    const time = options.x === "seconds";
    return {
      width: this.canvas.clientWidth || 400,
      height: HEIGHT,
      legend: { show: false },
      padding: [8, 12, 0, 0],
      scales: {
        x: { time: false, distr: options.logX ? 3 : 1 },
        y: { distr: options.logY ? 3 : 1 },
      },
      axes: [
        { ...axis, size: 30, values: (u, ticks) => ticks.map((v) => (v === null ? "" : time ? moment(v) : number(v))) },
        { ...axis, size: 62, values: (u, ticks) => ticks.map((v) => (v === null ? "" : number(v))) },
      ],
      series,
      bands,
      cursor: {
        sync: { key: "shinso", setSeries: false },
        points: { size: 6 },
        drag: { x: true, y: false, uni: 20 },
      },
      hooks: { setCursor: [(u) => this.read(u.cursor.idx)] },
    };
  }

  summary(closer) {
    const text = (v) => (this.options.x === "seconds" ? moment(v) : number(v));
    const part = closer ? `, ${AXES[this.options.x]} ${text(closer.min)} to ${text(closer.max)}` : "";
    const ends = this.lines.slice(0, 12).map((l) => `${l.label}: ${number(l.values.at(-1))}`);
    return `Curves of ${this.what}${part}. Latest values: ${ends.join("; ")}. Arrow keys move along.`;
  }

  /** Writes the values at a place, or the latest, below the chart. */
  read(index) {
    const at = index === null || index === undefined || !this.plot ? null : this.plot.data[0][index];
    const where = at === null ? "latest" : this.options.x === "seconds" ? moment(at) : `${AXES[this.options.x]} ${number(at)}`;
    const items = this.lines.map((line) => {
      let i = line.xs.length - 1;
      if (at !== null) while (i > 0 && line.xs[i] > at) i--;
      const swatch = h("span", { class: "swatch", "aria-hidden": "true" });
      swatch.style.background = line.colour;
      return h("li", {}, swatch, line.label, " ", h("b", { class: "number" }, number(line.values[i])));
    });
    this.readout.replaceChildren(h("li", { class: "muted" }, where), ...items);
  }
}
