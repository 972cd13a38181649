// What is inside of a model: the histograms of its weights and its graph.
import { get, url } from "./api.js";
import { el, figure, grouped, Status, svg } from "./models-parts.js";

/** Histograms of the parameters, layer by layer. */
export function weights(context) {
  const status = new Status();
  const element = el("div", {}, status.element);
  status.during("Counting …", async () => {
    const all = await get(url(["models", context.run.name, "weights"]), { signal: context.signal });
    element.append(
      el("p", {}, `${grouped(all.total)} numbers in ${all.layers.length} ${all.layers.length === 1 ? "layer" : "layers"}.`),
      ...all.layers.map((layer) =>
        el(
          "section",
          { class: "layer" },
          el("h3", {}, layer.name || "the model itself"),
          el("div", { class: "histograms" }, ...layer.parameters.map(histogram)),
        ),
      ),
    );
    if (all.total === 0) element.append(el("p", {}, "The model has no parameters."));
  });
  return element;
}

function histogram(p) {
  const [w, h] = [240, 90];
  const most = Math.max(1, ...p.counts);
  const width = w / p.counts.length;
  const facts = [
    `${p.shape.length ? p.shape.join(" × ") : "one number"}${p.shape.length > 1 ? ` = ${grouped(p.size)}` : ""}`,
    `mean ${figure(p.mean)}, deviation ${figure(p.deviation)}`,
    p.zeros ? `${grouped(p.zeros)} are 0` : null,
    p.trained ? null : "not trained",
  ].filter(Boolean);
  const drawing = svg(
    "svg",
    {
      viewBox: `0 0 ${w} ${h}`,
      class: "histogram",
      role: "img",
      preserveAspectRatio: "none",
      "aria-label": `Histogram of ${p.name} from ${figure(p.low)} to ${figure(p.high)}`,
    },
    ...p.counts.map((n, i) => {
      // A single one among many thousand can still be seen.
      const height = n === 0 ? 0 : Math.max(1.5, (h * n) / most);
      const bar = svg("rect", { x: i * width + 0.5, y: h - height, width: Math.max(1, width - 1), height });
      const [from, to] = [i, i + 1].map((k) => p.low + ((p.high - p.low) * k) / p.counts.length);
      bar.append(svg("title", {}, `${figure(from)} to ${figure(to)}: ${grouped(n)}`));
      return bar;
    }),
  );
  return el(
    "figure",
    {},
    el("figcaption", {}, el("strong", {}, p.name), el("span", { class: "muted hint" }, ` ${facts.join("; ")}`)),
    drawing,
    el("div", { class: "ends muted hint" }, el("span", {}, figure(p.low)), el("span", {}, figure(p.high))),
    p.notFinite ? el("p", { class: "wrong" }, `${grouped(p.notFinite)} are no finite numbers: the training went wrong`) : null,
  );
}

// ---- the graph

const WIDTH = 260;
const HEIGHT = 46;
const GAP = 24;
const PAD = 12;

const shape = (dims) => (dims === null ? "" : dims.length ? dims.join(" × ") : "a number");
const parameters = (n) => (n === 0 ? "" : `${grouped(n)} ${n === 1 ? "parameter" : "parameters"}`);

/** The graph of the model, drawn and as tables that say the same. */
export function graph(context) {
  const status = new Status();
  const element = el("div", {}, status.element);
  status.during("Looking into the model …", async () => {
    const all = await get(url(["models", context.run.name, "graph"]), { signal: context.signal });
    element.append(
      el(
        "p",
        {},
        `${parameters(all.trainable) || "No parameters"} that are trained${all.state ? `, ${grouped(all.state)} that are kept besides` : ""}.`,
      ),
      el("div", { class: "graphs" }, ...all.parts.map(part)),
    );
  });
  return element;
}

function part(p) {
  const name = p.name || (p.nodes.every((n) => n.layer === null) ? "parameters" : "network");
  const drawing = p.units ? units(p.units) : p.nodes.every((n) => n.layer === null) ? null : network(p, name);
  return el(
    "section",
    { class: "graph" },
    el("h3", {}, name),
    drawing ? el("div", { class: "scrolls framed", tabindex: 0, role: "region", "aria-label": `Drawing of ${name}` }, drawing) : null,
    el("details", { open: drawing === null }, el("summary", {}, "As a table"), table(p, name)),
  );
}

function table(p, name) {
  const isLoose = p.nodes.every((n) => n.layer === null);
  const head = isLoose ? ["parameter", "shape", "numbers"] : ["name", "layer", "output", "parameters"];
  const rows = [];
  if (!isLoose && p.input) rows.push(["input", "", shape(p.input), ""]);
  const add = (nodes, before) => {
    for (const n of nodes) {
      const called = [before, n.name].filter(Boolean).join(" › ");
      rows.push(isLoose ? [called, shape(n.output), grouped(n.parameters)] : [called || n.layer, n.layer, shape(n.output), n.parameters ? grouped(n.parameters) : ""]);
      add(n.inside, called);
      add(n.beside, `${called} › beside`);
    }
  };
  add(p.nodes, "");
  return el(
    "div",
    { class: "scrolls", tabindex: 0, role: "region", "aria-label": `Table of ${name}` },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...head.map((h) => el("th", { scope: "col" }, h)))),
      el("tbody", {}, ...rows.map((r) => el("tr", {}, el("th", { scope: "row" }, r[0]), ...r.slice(1).map((c) => el("td", {}, c))))),
    ),
  );
}

/** Layers below one another, blocks with what goes past them. */
function network(p, name) {
  const items = [];
  let y = PAD;
  let right = WIDTH + 2 * PAD;
  const box = (x, top, width, height, kind) =>
    items.push(svg("rect", { x, y: top, width, height, rx: 8, class: `node ${kind}` }));
  const text = (x, top, content, kind) => items.push(svg("text", { x, y: top, class: kind }, content));
  const arrow = (points) => items.push(svg("polyline", { points: points.map((q) => q.join(",")).join(" "), class: "edge", "marker-end": "url(#arrow)" }));
  const clip = (s, n) => (s.length > n ? s.slice(0, n - 1) + "…" : s);

  function leaf(x, top, width, title, right2, below, kind) {
    box(x, top, width, HEIGHT, kind);
    text(x + 10, top + 19, clip(title, 34), "title");
    text(x + 10, top + 36, clip([right2, below].filter(Boolean).join("; "), 40), "detail");
  }

  /** Draws nodes from a height on; returns where they end. */
  function stack(nodes, x, width, top) {
    nodes.forEach((n, i) => {
      if (i > 0) {
        arrow([[x + width / 2, top], [x + width / 2, top + GAP - 3]]);
        top += GAP;
      }
      top = n.inside.length ? block(n, x, width, top) : plain(n, x, width, top);
    });
    return top;
  }

  function plain(n, x, width, top) {
    leaf(x, top, width, n.layer ?? n.name, shape(n.output), parameters(n.parameters), n.parameters ? "has" : "none");
    return top + HEIGHT;
  }

  function block(n, x, width, top) {
    const isResidual = n.layer === "Residual";
    const inner = top + 30;
    const frame = items.length;
    const end = stack(n.inside, x + 12, width - 24, inner);
    let edge = x + width;
    if (isResidual) {
      // Past the layers, on the right.
      edge += 26;
      const pass = x + width + 12;
      items.push(svg("polyline", { points: [[x + width - 12, inner - 8], [pass, inner - 8], [pass, end + 14], [x + width / 2 + 10, end + 14]].map((q) => q.join(",")).join(" "), class: "edge past", "marker-end": "url(#arrow)" }));
      if (n.beside.length) items.push(svg("text", { x: pass + 4, y: (inner + end) / 2, class: "detail", transform: `rotate(90 ${pass + 4} ${(inner + end) / 2})`, "text-anchor": "middle" }, clip(n.beside.map((b) => b.layer).join(", "), 60)));
      items.push(svg("circle", { cx: x + width / 2, cy: end + 14, r: 7, class: "node none" }));
      items.push(svg("text", { x: x + width / 2, y: end + 18, class: "detail", "text-anchor": "middle" }, "+"));
    }
    const bottom = end + (isResidual ? 28 : 12);
    right = Math.max(right, edge + PAD);
    items.splice(frame, 0, svg("rect", { x, y: top, width: edge - x, height: bottom - top, rx: 10, class: "node block" }));
    text(x + 10, top + 18, `${n.layer} ${n.name}`, "title");
    return bottom;
  }

  if (p.input) {
    leaf(PAD, y, WIDTH, "input", shape(p.input), "", "input");
    y += HEIGHT;
    arrow([[PAD + WIDTH / 2, y], [PAD + WIDTH / 2, y + GAP - 3]]);
    y += GAP;
  }
  y = stack(p.nodes, PAD, WIDTH, y) + PAD;
  return drawing(right, y, `Graph of ${name}, ${p.nodes.length} layers; the table says the same`, items);
}

/** Groups of units and what connects them, the visible ones below as in papers. */
function units(u) {
  const items = [];
  const n = u.sizes.length;
  u.sizes.forEach((size, i) => {
    const y = PAD + (n - 1 - i) * (HEIGHT + 44);
    items.push(svg("rect", { x: PAD, y, width: WIDTH, height: HEIGHT, rx: 23, class: `node ${i === 0 ? "input" : "has"}` }));
    items.push(svg("text", { x: PAD + WIDTH / 2, y: y + 28, class: "title", "text-anchor": "middle" }, `${grouped(size)} ${i === 0 ? "visible" : ""} units`.replace("  ", " ")));
    if (i > 0) {
      const x = PAD + WIDTH / 2;
      items.push(svg("line", { x1: x, y1: y + HEIGHT + 44, x2: x, y2: y + HEIGHT + (u.directed ? 4 : 0), class: "edge", "marker-end": u.directed ? "url(#arrow)" : null }));
      items.push(svg("text", { x: x + 10, y: y + HEIGHT + 27, class: "detail" }, `${u.weights[i - 1]}, ${grouped(u.sizes[i - 1])} × ${grouped(size)}`));
    }
  });
  const label = `${u.sizes.map(grouped).join(", ")} units, ${u.directed ? "one group after the other" : "connected without direction"}`;
  return drawing(WIDTH + 6 * PAD, n * (HEIGHT + 44) - 44 + 2 * PAD, label, items);
}

function drawing(width, height, label, items) {
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, width, height, class: "model-graph", role: "img", "aria-label": label },
    svg(
      "defs",
      {},
      svg("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, svg("path", { d: "M0 0 L8 4 L0 8 z", class: "head" })),
    ),
    ...items,
  );
}
