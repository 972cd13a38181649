// Hands on the models: what the model of a run can do, tried out.
import { get, url } from "./api.js";
import { explore } from "./models-codes.js";
import { graph, weights } from "./models-inside.js";
import { PictureInput } from "./models-pad.js";
import { el, id, Status } from "./models-parts.js";
import { chain, classify, complete, sample, write } from "./models-try.js";

/**
 * The parts in their order: the abilities of which one is needed; whether a picture goes in, beside
 * the part or, where it is less important, below.
 */
const PARTS = [
  { title: "Classify", needs: ["classify"], picture: "beside", make: classify },
  { title: "Complete", needs: ["complete"], picture: "beside", make: complete },
  { title: "Explore", needs: ["explore"], picture: "below", if: "encode", make: explore },
  { title: "Sample", needs: ["sample", "sample-given"], make: sample },
  { title: "Chain", needs: ["chain"], picture: "below", make: chain },
  { title: "Write", needs: ["write"], make: write },
  { title: "Weights", needs: [], make: weights },
  { title: "Graph", needs: [], make: graph },
];

/** A run that has just begun has a model only after its first checkpoint. */
const AGAIN_MILLIS = 4000;

let going = null;

/** Shows what the model of a run can do in an element; called again when another run is chosen. */
export function showModel(element, run) {
  going?.abort();
  going = new AbortController();
  const { signal } = going;
  const status = new Status();
  element.classList.add("model");
  element.dataset.run = run.name;
  element.replaceChildren(el("h2", {}, "Model"), status.element);
  const look = async () => {
    try {
      const overview = await get(url(["models", run.name]), { signal });
      if (!signal.aborted) show(element, { run, overview, signal });
    } catch (error) {
      status.wrong(error);
      if (run.state === "running") setTimeout(() => !signal.aborted && status.element.isConnected && look(), AGAIN_MILLIS);
    }
  };
  status.during("Loading the model …", look);
}

function show(element, context) {
  const { overview, run, signal } = context;
  const can = new Set(overview.abilities.filter((a) => a.can).map((a) => a.name));
  const parts = PARTS.filter((p) => p.needs.length === 0 || p.needs.some((n) => can.has(n)));
  const needsPicture = (p) => p.picture && (!p.if || can.has(p.if));
  const hasPictures = overview.drawable || overview.examples > 0;
  if (hasPictures && parts.some(needsPicture)) {
    context.input = new PictureInput(run, overview, signal);
  }
  const tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "What to do with the model" });
  const panel = el("div", { class: "panel", role: "tabpanel", tabindex: 0, id: id("panel") });
  const side = el("div", { class: "side" }, el("h3", {}, "Picture"), context.input?.element ?? "");
  const workbench = el("div", { class: "workbench" });
  const made = new Map();

  function choose(i, focus) {
    const p = parts[i];
    [...tabs.children].forEach((t, j) => {
      t.setAttribute("aria-selected", String(i === j));
      t.tabIndex = i === j ? 0 : -1;
    });
    if (focus) tabs.children[i].focus();
    // What was made stays as it is while others are looked at.
    if (!made.has(p)) made.set(p, p.make(context));
    panel.replaceChildren(made.get(p));
    panel.setAttribute("aria-labelledby", tabs.children[i].id);
    side.hidden = !(context.input && needsPicture(p));
    const beside = !side.hidden && p.picture === "beside";
    workbench.classList.toggle("beside", beside);
    workbench.replaceChildren(...(beside ? [side, panel] : [panel, side]));
  }
  parts.forEach((p, i) => {
    tabs.append(
      el("button", { type: "button", role: "tab", id: id("tab"), "aria-controls": panel.id, onclick: () => choose(i) }, p.title),
    );
  });
  tabs.addEventListener("keydown", (e) => {
    const chosen = [...tabs.children].findIndex((t) => t.getAttribute("aria-selected") === "true");
    const to = { ArrowRight: chosen + 1, ArrowLeft: chosen - 1, Home: 0, End: parts.length - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    choose((to + parts.length) % parts.length, true);
  });
  const cannot = overview.abilities.filter((a) => !a.can);
  element.replaceChildren(
    el("h2", {}, "Model"),
    overview.since
      ? el("p", { class: "since" }, `The training goes on; ${overview.since}. `, el("button", { type: "button", onclick: () => showModel(element, run) }, "Load the newest"))
      : "",
    tabs,
    workbench,
    cannot.length
      ? el("details", { class: "cannot" }, el("summary", {}, "What this model can't do"), el("ul", {}, ...cannot.map((a) => el("li", {}, a.why))))
      : "",
  );
  choose(0);
}
