// The list of runs: search, status, order, and which runs are chosen.
import { byId, h, later, memory } from "./dom.js";
import { duration, moment, spent } from "./format.js";

const SIGNS = {
  running: "●",
  stopping: "◌",
  finished: "✓",
  interrupted: "❚❚",
  failed: "✕",
  killed: "✕",
  unreadable: "?",
};

const ORDERS = {
  started: { title: "Run", of: (r) => r.started, first: -1 },
  state: { title: "Status", of: (r) => Object.keys(SIGNS).indexOf(r.state), first: 1 },
  score: { title: "Score", of: (r) => (r.scores.length ? (r.scores[0].value ?? -Infinity) : -Infinity), first: -1 },
  time: { title: "Time", of: (r) => spent(r), first: -1 },
};

/** The badge that says how a run stands. */
export function badge(run) {
  return h("span", { class: "badge " + run.state, title: run.ending || null }, h("span", { "aria-hidden": "true" }, SIGNS[run.state] ?? "?"), h("span", { class: "word" }, " " + run.state));
}

/** The value of a score and whether its claim holds. */
export function verdict(score) {
  const mark =
    score.good === null
      ? null
      : h("span", { class: score.good ? "good" : "bad", title: "target " + score.target }, score.good ? " ✓" : " ✗", h("span", { class: "visually-hidden" }, score.good ? " target reached" : " target missed"));
  return [h("span", { class: "number" }, score.text), mark];
}

export class RunList {
  /** @param chosen is told the names of the runs that are chosen */
  constructor(chosen) {
    this.onChosen = chosen;
    this.all = [];
    this.selected = [];
    this.rows = new Map();
    this.order = memory.get("order", { by: "started", direction: -1 });
    if (!(this.order.by in ORDERS)) this.order = { by: "started", direction: -1 };
    byId("search").addEventListener("input", later(() => this.show(), 100));
    byId("status").addEventListener("change", () => this.show());
    this.heads();
    setInterval(() => this.tick(), 1000);
  }

  heads() {
    byId("sorters").replaceChildren(
      h("th", { scope: "col", class: "pick" }, h("span", { class: "visually-hidden" }, "Compare")),
      ...Object.entries(ORDERS).map(([by, order]) => {
        const now = this.order.by === by;
        const arrow = now ? (this.order.direction > 0 ? " ↑" : " ↓") : "";
        return h(
          "th",
          { scope: "col", class: by, "aria-sort": now ? (this.order.direction > 0 ? "ascending" : "descending") : null },
          h("button", { type: "button", class: "sorter", onclick: () => this.sort(by) }, order.title, h("span", { "aria-hidden": "true" }, arrow)),
        );
      }),
    );
  }

  sort(by) {
    const direction = this.order.by === by ? -this.order.direction : ORDERS[by].first;
    this.order = { by, direction };
    memory.set("order", this.order);
    this.heads();
    this.show();
    byId("sorters").querySelector("th." + by + " button").focus();
  }

  /** Takes what the server says of all runs. */
  update(all) {
    this.all = all;
    const names = new Set(all.map((r) => r.name));
    const left = this.selected.filter((n) => names.has(n));
    if (left.length !== this.selected.length) this.choose(left);
    this.show();
  }

  get(name) {
    return this.all.find((r) => r.name === name);
  }

  /** Chooses runs; the first has the first colour. */
  choose(names) {
    this.selected = names;
    this.show();
    this.onChosen(names);
  }

  toggle(name) {
    this.choose(this.selected.includes(name) ? this.selected.filter((n) => n !== name) : [...this.selected, name]);
  }

  matches(run) {
    const status = byId("status").value;
    const states = { running: ["running", "stopping"], failed: ["failed", "killed", "unreadable"] };
    if (status && !(states[status] ?? [status]).includes(run.state)) return false;
    const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const text = [run.name, run.recipe, run.about, run.data, run.budget, run.state, "seed " + run.seed].join(" ").toLowerCase();
    return words.every((w) => text.includes(w));
  }

  show() {
    const { of } = ORDERS[this.order.by];
    const shown = this.all
      .filter((r) => this.matches(r))
      .sort((a, b) => {
        const [x, y] = [of(a), of(b)];
        return (x < y ? -1 : x > y ? 1 : 0) * this.order.direction || (a.name < b.name ? 1 : -1);
      });
    byId("count").textContent = shown.length === this.all.length ? String(shown.length) : `${shown.length} of ${this.all.length}`;
    const body = byId("runs");
    const rows = shown.map((r) => this.row(r));
    for (const name of this.rows.keys()) if (!this.get(name)) this.rows.delete(name);
    // Rows that stay where they are keep the focus.
    rows.forEach((row, i) => {
      if (body.children[i] !== row) body.insertBefore(row, body.children[i] ?? null);
    });
    while (body.children.length > rows.length) body.lastChild.remove();
    const none = byId("none");
    none.hidden = shown.length > 0;
    none.textContent = this.all.length ? "No run matches." : "No run yet. Start one here, or with ./shinso run.";
  }

  row(run) {
    const place = this.selected.indexOf(run.name);
    const state = JSON.stringify([run, place]);
    const old = this.rows.get(run.name);
    if (old?.dataset.state === state) return old;
    const focused = old?.contains(document.activeElement) ? document.activeElement.dataset.role : null;
    const row = old ?? h("tr");
    row.dataset.state = state;
    row.dataset.run = run.name;
    row.className = place >= 0 ? "chosen" : "";
    const swatch = h("span", { class: "swatch" + (place >= 0 ? " s" + (place % 10) : ""), "aria-hidden": "true" });
    row.replaceChildren(
      h(
        "td",
        { class: "pick" },
        h("input", {
          type: "checkbox",
          checked: place >= 0,
          "aria-label": "Compare " + run.name,
          dataset: { role: "pick" },
          onchange: () => this.toggle(run.name),
        }),
      ),
      h(
        "th",
        { scope: "row" },
        h(
          "button",
          {
            type: "button",
            class: "name",
            title: run.name,
            "aria-pressed": String(place >= 0 && this.selected.length === 1),
            dataset: { role: "name" },
            onclick: () => this.choose([run.name]),
          },
          swatch,
          run.recipe || run.name,
        ),
        h("span", { class: "sub" }, [run.data, run.budget === "default" ? "" : run.budget, run.seed === 1 ? "" : "seed " + run.seed, moment(run.started).replace("today ", "")].filter(Boolean).join(" · ")),
      ),
      h("td", { class: "state" }, badge(run)),
      h("td", { class: "score", title: run.scores.length ? run.scores[0].name : null }, run.scores.length ? verdict(run.scores[0]) : ""),
      h("td", { class: "time" }, duration(spent(run))),
    );
    if (focused) row.querySelector(`[data-role="${focused}"]`)?.focus();
    this.rows.set(run.name, row);
    return row;
  }

  tick() {
    for (const run of this.all) {
      if (run.since !== null) {
        const cell = this.rows.get(run.name)?.querySelector("td.time");
        if (cell) cell.textContent = duration(spent(run));
      }
    }
  }
}
