// The latent explorer: a map of the plane of two variables, sliders for all, and the picture.
import { get, post, url } from "./api.js";
import {
  button, colour, el, field, figure, id, Latest, paint, seedInput, shown, Status, whole,
} from "./models-parts.js";

const MAP = 12;
const SLIDERS = 8;
const HUES = ["#e6550d", "#3182bd", "#31a354", "#a050c8", "#d4a600", "#17a2b8", "#e377c2", "#8c564b", "#9aa0a6", "#bcbd22"];

/** Lets people look around in the space of a model's codes. */
export function explore(context) {
  const status = new Status();
  const element = el("div", {}, status.element);
  const address = (...more) => url(["models", context.run.name, ...more]);
  status.during("Looking at the codes of test examples …", async () => {
    const codes = await get(address("codes"), { signal: context.signal });
    element.append(explorer(context, codes, status, address));
  });
  return element;
}

function explorer(context, codes, status, address) {
  const axes = codes.axes;
  let code = codes.start.slice();
  let [across, up] = [axes[0], axes[1] ?? axes[0]];
  const pictures = new Latest();
  const maps = new Latest();
  let tiles = null;
  let showsPoints = codes.points.length > 0;

  const out = el("div", { class: "decoded" });
  const time = el("p", { class: "muted hint" });
  const map = el("canvas", { class: "map", tabindex: 0, role: "application", "aria-roledescription": "map of codes" });
  map.width = map.height = 480;
  const canvas = el("canvas", { class: "pixels large", role: "img", "aria-label": "What the code stands for" });

  // ---- the picture follows the code

  function follow() {
    drawMap();
    for (const [slider, axis, output] of sliders) {
      slider.value = code[axis.index];
      output.textContent = figure(code[axis.index], 2);
    }
    pictures.run(async () => {
      const begun = performance.now();
      try {
        const made = await post(address("decode"), { code }, { signal: context.signal });
        if (made.shown.pictures.length > 0) {
          paint(canvas, made.shown.pictures[0]);
          if (!canvas.isConnected) out.replaceChildren(canvas);
        } else {
          out.replaceChildren(shown(made.shown, "Decoded"));
          // Without pictures and points there is nothing to see on the map.
          mapPart.hidden = codes.points.length === 0;
        }
        const all = performance.now() - begun;
        time.textContent = `decoded in ${figure(made.milliseconds, 2)} ms, here after ${figure(all, 2)} ms`;
        element.dataset.milliseconds = made.milliseconds;
      } catch (error) {
        status.wrong(error);
      }
    });
  }

  // ---- the map

  const at = (axis, share) => axis.low + share * (axis.high - axis.low);
  const share = (axis, value) => (value - axis.low) / (axis.high - axis.low);

  /** Pictures of codes on a lattice, which differ from the present one in the two variables only. */
  function survey() {
    maps.run(async () => {
      const steps = Array.from({ length: MAP }, (_, i) => (i + 0.5) / MAP);
      try {
        const made = await post(
          address("decode"),
          {
            code,
            grid: {
              x: across.index,
              y: up.index,
              xs: steps.map((s) => at(across, s)),
              ys: steps.map((s) => at(up, 1 - s)),
            },
          },
          { signal: context.signal },
        );
        tiles = made.shown.pictures.map((p) => paint(el("canvas"), p));
        drawMap();
      } catch (error) {
        status.wrong(error);
      }
    });
  }

  function drawMap() {
    const context2d = map.getContext("2d");
    const size = map.width;
    context2d.fillStyle = colour("--surface", "#111");
    context2d.fillRect(0, 0, size, size);
    if (tiles?.length === MAP * MAP) {
      context2d.imageSmoothingEnabled = true;
      const side = size / MAP;
      tiles.forEach((t, i) =>
        context2d.drawImage(t, (i % MAP) * side, Math.floor(i / MAP) * side, side, side),
      );
    }
    if (showsPoints) {
      const names = [...new Set(codes.labels)].sort();
      const [i, j] = [axes.indexOf(across), axes.indexOf(up)];
      codes.points.forEach((p, n) => {
        context2d.fillStyle = HUES[Math.max(0, names.indexOf(codes.labels[n])) % HUES.length];
        context2d.beginPath();
        context2d.arc(size * share(across, p[i]), size * (1 - share(up, p[j])), 3.5, 0, 2 * Math.PI);
        context2d.fill();
      });
    }
    const x = size * share(across, code[across.index]);
    const y = size * (1 - share(up, code[up.index]));
    for (const [width, style] of [[5, "#000"], [2.5, "#fff"]]) {
      context2d.strokeStyle = style;
      context2d.lineWidth = width;
      context2d.beginPath();
      context2d.arc(x, y, 9, 0, 2 * Math.PI);
      context2d.stroke();
    }
    map.setAttribute(
      "aria-label",
      `Map of codes, at ${figure(code[across.index])} and ${figure(code[up.index])}; drag, or move with the arrow keys`,
    );
  }

  const within = (axis, v) => Math.min(axis.high, Math.max(axis.low, v));
  function go(x, y) {
    code[across.index] = within(across, at(across, x));
    code[up.index] = within(up, at(up, y));
    follow();
  }
  let dragging = false;
  const place = (e) => {
    const box = map.getBoundingClientRect();
    go((e.clientX - box.left) / box.width, 1 - (e.clientY - box.top) / box.height);
  };
  map.addEventListener("pointerdown", (e) => {
    if (e.button !== 0) return;
    dragging = true;
    map.setPointerCapture(e.pointerId);
    place(e);
  });
  map.addEventListener("pointermove", (e) => dragging && place(e));
  for (const end of ["pointerup", "pointercancel"]) map.addEventListener(end, () => (dragging = false));
  map.addEventListener("keydown", (e) => {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key];
    if (!moves) return;
    e.preventDefault();
    const step = e.shiftKey ? 0.1 : 0.02;
    go(share(across, code[across.index]) + step * moves[0], share(up, code[up.index]) + step * moves[1]);
  });
  const redraw = () => drawMap();
  document.addEventListener("themechange", redraw, { signal: context.signal });

  // ---- sliders

  const sliders = [];
  const slider = (axis) => {
    const control = el("input", { type: "range", min: axis.low, max: axis.high, step: (axis.high - axis.low) / 200, id: id("axis") });
    const output = el("output", { for: control.id });
    control.addEventListener("input", () => {
      code[axis.index] = Number(control.value);
      follow();
    });
    control.addEventListener("change", () => axis !== across && axis !== up && survey());
    sliders.push([control, axis, output]);
    return el("div", { class: "axis" }, el("label", { for: control.id }, `z${axis.index + 1}`), control, output);
  };
  const first = axes.slice(0, SLIDERS).map(slider);
  const rest = axes.slice(SLIDERS).map(slider);

  // ---- places to go to

  function jump(to) {
    code = to.slice();
    follow();
    if (codes.length > 2) survey();
  }
  const seed = seedInput();
  const places = el(
    "div",
    { class: "row" },
    button("Mean", () => jump(codes.start)),
    codes.encodes && context.input
      ? button("Code of the picture", (b) =>
          status.during(
            "Encoding …",
            async () =>
              jump((await post(address("encode"), { picture: context.input.required() }, { signal: context.signal })).code),
            b,
          ),
        )
      : null,
    codes.draws ? field("Seed", seed) : null,
    codes.draws
      ? button("Random code", (b) =>
          status.during(
            "",
            async () => {
              const address2 = url(["models", context.run.name, "codes", "drawn"], { seed: whole(seed, "Seed") });
              jump((await get(address2, { signal: context.signal })).code);
              seed.value = String(Number(seed.value) + 1);
            },
            b,
          ),
        )
      : null,
  );
  const choice = (name, chosen, set) => {
    const control = el("select", {}, ...axes.map((a, i) => el("option", { value: i }, `z${a.index + 1}`)));
    control.value = String(axes.indexOf(chosen));
    control.addEventListener("change", () => {
      set(axes[Number(control.value)]);
      follow();
      survey();
    });
    return field(name, control);
  };
  const dots = el("input", { type: "checkbox" });
  dots.checked = showsPoints;
  dots.addEventListener("change", () => {
    showsPoints = dots.checked;
    drawMap();
  });
  const mapPart = el(
    "div",
    { class: "explorer-map" },
    map,
    el(
      "div",
      { class: "row" },
      codes.length > 2 ? choice("Across", across, (a) => (across = a)) : null,
      codes.length > 2 ? choice("Up", up, (a) => (up = a)) : null,
      codes.points.length
        ? el("label", { class: "check" }, dots, codes.labels.length ? " Test examples, coloured by class" : " Test examples")
        : null,
    ),
    legend(codes),
  );
  mapPart.hidden = codes.length < 2;
  const element = el(
    "div",
    { class: "explorer" },
    mapPart,
    el(
      "div",
      { class: "explorer-side" },
      out,
      time,
      places,
      ...first,
      rest.length ? el("details", {}, el("summary", {}, `${rest.length} more variables`), ...rest) : null,
      codes.length > axes.length
        ? el("p", { class: "muted hint" }, `These are the ${axes.length} variables in which codes differ most, of ${codes.length}.`)
        : null,
    ),
  );
  follow();
  if (codes.length > 1) survey();
  return element;
}

function legend(codes) {
  const names = [...new Set(codes.labels)].sort();
  if (names.length === 0) return null;
  return el(
    "ul",
    { class: "legend", "aria-label": "Colours of the classes" },
    ...names.map((name, i) => {
      const dot = el("span", { class: "dot", "aria-hidden": "true" });
      dot.style.background = HUES[i % HUES.length];
      return el("li", {}, dot, name);
    }),
  );
}
