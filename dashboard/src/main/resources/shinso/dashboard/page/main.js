// The page: what the server tells goes to the list, the curves, the pictures and the tables.
import { get, post, url } from "./api.js";
import { Curves } from "./curves.js";
import { byId, h, icon, say } from "./dom.js";
import { bytes, duration, moment, number, spent, when } from "./format.js";
import { RunList, badge } from "./list.js";
import { showModel } from "./models.js";
import { Pictures } from "./pictures.js";
import { initStart } from "./start.js";
import { showScores, showSettings } from "./tables.js";
import { initTheme } from "./theme.js";

// The token has done its work when the page is here; it leaves the address.
history.replaceState(null, "", location.pathname + location.hash);

const MOST_RUNS = 24;
const details = new Map();
let events = null;
let modelOf = "";
let outputOf = "";

initTheme();
const curves = new Curves();
const pictures = new Pictures();
const list = new RunList(chosen);
byId("only").addEventListener("change", () => showSettings(chosenRuns(), details));

/** The chosen runs, each with a label that tells it from the others. */
function chosenRuns() {
  const runs = list.selected.map((name) => list.get(name)).filter(Boolean);
  const recipes = new Set(runs.map((r) => r.recipe));
  return runs.map((r) => {
    const same = runs.filter((o) => o.recipe === r.recipe);
    const own = same.length === 1 ? "" : difference(r, same) || when(r);
    return { ...r, label: [own && recipes.size === 1 ? "" : r.recipe, own].filter(Boolean).join(" ") || r.name };
  });
}

/** The settings that tell a run from others of its recipe, if these are few. */
function difference(run, others) {
  const all = others.map((r) => details.get(r.name)).filter(Boolean);
  if (all.length < others.length) return "";
  const settings = (d) => ({ ...d.configuration, budget: d.summary.budget, seed: String(d.summary.seed) });
  const own = settings(details.get(run.name));
  const names = Object.keys(own).filter((n) => new Set(all.map((d) => settings(d)[n])).size > 1);
  const text = (d) => names.map((n) => (n === "data" || n === "budget" ? settings(d)[n] : `${n} ${settings(d)[n]}`)).join(", ");
  const texts = new Set(all.map(text));
  return names.length <= 2 && texts.size === others.length ? text(details.get(run.name)) : "";
}

function chosen(names) {
  if (names.length > MOST_RUNS) {
    say(`No more than ${MOST_RUNS} runs can be looked at together`, "bad");
    list.choose(names.slice(0, MOST_RUNS));
    return;
  }
  const hash = names.length ? "#" + names.map(encodeURIComponent).join(",") : "";
  history.replaceState(null, "", location.pathname + hash);
  showChosen();
  listen();
}

function showChosen() {
  const runs = chosenRuns();
  byId("hint").hidden = runs.length > 0;
  byId("detail").hidden = runs.length === 0;
  document.title = runs.length === 1 ? `${runs[0].recipe} – Shinso` : "Shinso";
  draw(runs);
  for (const run of runs) if (details.get(run.name)?.state !== run.state) askDetails(run);
  model(runs);
  output(runs);
}

function draw(runs) {
  heads(runs);
  curves.choose(runs);
  pictures.choose(runs);
  showScores(runs);
  showSettings(runs, details);
}

/** What is said of runs at the top; what hasn't changed stays, with the focus that it may have. */
function heads(runs) {
  const place = byId("heads");
  place.classList.toggle("many", runs.length > 3);
  const old = new Map([...place.children].map((e) => [e.dataset.run, e]));
  const now = runs.map((run, i) => {
    const state = JSON.stringify([run, i, runs.length, details.has(run.name), details.get(run.name)?.hasReport]);
    const known = old.get(run.name);
    if (known?.dataset.state === state) return known;
    const fresh = head(run, i, runs.length);
    fresh.dataset.state = state;
    return fresh;
  });
  if (now.length !== place.children.length || now.some((e, i) => place.children[i] !== e)) {
    const focused = place.contains(document.activeElement);
    place.replaceChildren(...now);
    if (focused && !place.contains(document.activeElement)) byId("chosen").focus({ preventScroll: true });
  }
}

async function askDetails(run) {
  try {
    const answer = await get(url(["runs", run.name]));
    details.set(run.name, { ...answer, state: run.state });
    draw(chosenRuns());
  } catch (e) {
    say(e.message, "bad");
  }
}

/** What is said of a chosen run at the top: much of one, little of each of several. */
function head(run, place, count) {
  const known = details.get(run.name);
  const busy = run.state === "running" || run.state === "stopping";
  const stop = busy
    ? h("button", { type: "button", class: "danger", disabled: run.state === "stopping", onclick: () => act(run, "stop", "stops after this step, with a checkpoint") },
        run.state === "stopping" ? "Stopping…" : "Stop", h("span", { class: "visually-hidden" }, " " + run.name))
    : null;
  const resume = ["interrupted", "killed", "failed"].includes(run.state) && !byId("new").hidden
    ? h("button", { type: "button", onclick: () => act(run, "resume", "goes on") }, "Go on", h("span", { class: "visually-hidden" }, " with " + run.name))
    : null;
  const report = known?.hasReport
    ? h("a", { class: "button", href: url(["runs", run.name, "report"]), target: "_blank", rel: "noopener" }, "Report", h("span", { class: "visually-hidden" }, " of " + run.name + ", in a new tab"))
    : null;
  const swatch = count > 1 ? h("span", { class: "swatch s" + (place % 10), "aria-hidden": "true" }) : null;
  const facts = [
    run.data, run.budget + " budget", "seed " + run.seed, busy && run.stage ? "stage " + run.stage : null,
    h("span", { class: "spent" }, duration(spent(run))), "started " + moment(run.started),
  ].filter(Boolean).flatMap((f, i) => (i ? [" · ", f] : [f]));
  const close = count > 1
    ? h("button", { type: "button", class: "icon", "aria-label": "Leave out " + run.name, onclick: () => list.toggle(run.name) }, icon("close"))
    : null;
  return h("article", { class: "card head", dataset: { run: run.name } },
    h("div", { class: "head-line" }, h("h2", {}, swatch, run.recipe || run.name), badge(run), h("div", { class: "row end" }, stop, resume, report, close)),
    count === 1 && run.about ? h("p", { class: "about" }, run.about) : null,
    h("p", { class: "muted small" }, facts),
    run.ending && run.state !== "finished" ? h("p", { class: "ending" }, run.ending) : null,
    count === 1 && known?.commandLine.length
      ? h("p", { class: "command" }, h("code", { tabindex: 0, role: "region", "aria-label": "The command of the run" }, "./shinso " + known.commandLine.join(" ")),
          h("button", { type: "button", class: "icon", "aria-label": "Copy the command", onclick: () => copy("./shinso " + known.commandLine.join(" ")) }, icon("copy")))
      : null);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say("copied");
  } catch {
    say("the browser doesn't let the page copy", "bad");
  }
}

async function act(run, what, done) {
  try {
    await post(url(["runs", run.name, what]));
    say(`${run.recipe} ${done}`);
  } catch (e) {
    say(e.message, "bad");
  }
}

/** Hands on the model, of one run at a time. */
function model(runs) {
  const place = byId("model");
  const run = runs.length === 1 && runs[0].state !== "unreadable" ? runs[0] : null;
  place.hidden = run === null;
  const now = run ? run.name + " " + run.state : "";
  if (now !== modelOf) {
    modelOf = now;
    if (run) showModel(place, run);
    else place.replaceChildren();
  }
}

/** What a run that was started here has printed. */
async function output(runs) {
  const card = byId("output-card");
  const run = runs.length === 1 ? runs[0] : null;
  if (!run) {
    card.hidden = true;
    outputOf = "";
    return;
  }
  if (outputOf !== run.name) card.hidden = true;
  outputOf = run.name;
  let text;
  try {
    const answer = await fetch(url(["runs", run.name, "output"]), { cache: "no-store" });
    if (!answer.ok || outputOf !== run.name) return;
    text = await answer.text();
  } catch {
    // That the dashboard doesn't answer is said at the top.
    return;
  }
  const place = byId("output");
  const atEnd = place.scrollTop + place.clientHeight >= place.scrollHeight - 4;
  if (place.textContent !== text) place.textContent = text;
  card.hidden = text === "";
  if (atEnd) place.scrollTop = place.scrollHeight;
}

function machine(load) {
  const meter = (name, part, text) =>
    h("div", { class: name }, h("dt", {}, name), h("dd", {},
      part === null ? null : h("meter", { min: 0, max: 1, low: 0.75, high: 0.92, optimum: 0, value: part, "aria-label": name }), h("span", { class: "number" }, text)));
  byId("machine").replaceChildren(
    meter("processors", load.processor, load.processor === null ? "–" : Math.round(100 * load.processor) + " %"),
    meter("memory", load.memoryUsed / load.memory, `${bytes(load.memoryUsed)} of ${bytes(load.memory)}`),
    meter("disk", null, bytes(load.diskFree) + " free"),
    ...(load.load === null ? [] : [meter("load", null, number(load.load, 2))]),
  );
}

/** Hears what happens. A page that nobody sees doesn't: browsers allow few connections. */
function listen() {
  events?.close();
  events = null;
  if (document.hidden) return;
  const source = new EventSource(url(["events"], { run: list.selected }));
  events = source;
  const on = (name, f) => source.addEventListener(name, (e) => f(JSON.parse(e.data)));
  on("runs", (all) => {
    list.update(all);
    if (list.selected.length) showChosen();
  });
  on("machine", (load) => {
    machine(load);
    const runs = chosenRuns();
    if (runs.length === 1 && runs[0].since !== null) output(runs);
  });
  on("curves", (one) => curves.update(one));
  on("pictures", (one) => pictures.update(one.run));
  on("problem", (one) => say(`${one.run}: ${one.error}`, "bad"));
  source.addEventListener("open", () => {
    byId("lost").hidden = true;
  });
  source.addEventListener("error", () => {
    if (events !== source) return;
    byId("lost").hidden = false;
    byId("lost").textContent = "The dashboard doesn't answer. If it was started anew, open the address that it has printed.";
    if (source.readyState === EventSource.CLOSED) setTimeout(() => events === source && listen(), 3000);
  });
}

setInterval(() => {
  for (const run of chosenRuns()) {
    if (run.since !== null) {
      const cell = byId("heads").querySelector(`[data-run="${CSS.escape(run.name)}"] .spent`);
      if (cell) cell.textContent = duration(spent(run));
    }
  }
}, 1000);

document.addEventListener("visibilitychange", listen);
addEventListener("hashchange", follow);

/** Chooses what the address names; a run that has just begun may not be in the list yet. */
async function follow() {
  try {
    if (named().some((n) => !list.get(n))) list.update(await get(url(["runs"])));
    choose(named());
  } catch (e) {
    say(e.message, "bad");
  }
}

/** The runs that the address names. */
function named() {
  return location.hash.slice(1).split(",").filter(Boolean).map((n) => {
    try {
      return decodeURIComponent(n);
    } catch {
      return "";
    }
  });
}

function choose(names) {
  const there = names.filter((n) => list.get(n));
  if (there.join() !== list.selected.join()) list.choose(there);
}

/** Shows a run that has just been started, as soon as the list has it. */
async function started(name) {
  list.update(await get(url(["runs"])));
  list.choose([name]);
  byId("chosen").focus();
}

async function begin() {
  try {
    list.update(await get(url(["runs"])));
    choose(named());
  } catch (e) {
    say(e.message, "bad");
  }
  if (!events) listen();
  await initStart(started);
  if (list.selected.length) showChosen();
}

begin();
