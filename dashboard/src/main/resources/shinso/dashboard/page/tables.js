// Scores and settings of the chosen runs beside each other.
import { byId, h } from "./dom.js";
import { verdict } from "./list.js";

function heads(runs, first) {
  return h("thead", {}, h("tr", {}, h("th", { scope: "col" }, first),
    runs.map((r, i) => h("th", { scope: "col" }, runs.length > 1 ? h("span", { class: "swatch s" + (i % 10), "aria-hidden": "true" }) : null, runs.length > 1 ? r.label : "Value"))));
}

/** Shows what was measured; of a target, whether it is reached. */
export function showScores(runs) {
  const names = [...new Set(runs.flatMap((r) => r.scores.map((s) => s.name)))];
  byId("scores-card").hidden = names.length === 0;
  const hasTargets = runs.some((r) => r.scores.some((s) => s.target));
  const rows = names.map((name) => {
    const scores = runs.map((r) => r.scores.find((s) => s.name === name));
    const some = scores.find(Boolean);
    const targets = [...new Set(scores.map((s) => s?.target).filter(Boolean))].join(" / ");
    return h("tr", {},
      h("th", { scope: "row" }, name, some.protocol ? h("span", { class: "sub" }, some.protocol) : null),
      scores.map((s) => h("td", {}, s ? verdict(s) : "–")),
      hasTargets ? h("td", { class: "muted" }, targets, some.published ? h("span", { class: "sub" }, "published " + some.published) : null) : null);
  });
  const head = heads(runs, "Quantity");
  if (hasTargets) head.firstChild.append(h("th", { scope: "col" }, "Target"));
  byId("scores").replaceChildren(h("table", { class: "facts" }, head, h("tbody", {}, rows)));
}

/** Returns everything that a run was made with, by name. */
function facts(details) {
  const all = new Map();
  all.set("recipe", details.summary.recipe);
  all.set("budget", details.summary.budget);
  all.set("seed", String(details.summary.seed));
  for (const [name, value] of Object.entries(details.configuration)) all.set(name, value);
  all.set("examples", details.data);
  for (const [name, value] of Object.entries(details.versions)) all.set(name, value);
  for (const [name, value] of Object.entries(details.machine)) all.set(name, value);
  if (details.changes.length) all.set("changes since its start", details.changes.join("; "));
  return all;
}

/** Shows settings, of several runs only those that differ if that is wanted. */
export function showSettings(runs, details) {
  const known = runs.filter((r) => details.has(r.name));
  const columns = known.map((r) => facts(details.get(r.name)));
  const names = [...new Set(columns.flatMap((c) => [...c.keys()]))];
  const several = known.length > 1;
  byId("only-label").hidden = !several;
  const only = several && byId("only").checked;
  const rows = names
    .map((name) => ({ name, values: columns.map((c) => c.get(name)) }))
    .map((row) => ({ ...row, differs: new Set(row.values).size > 1 }))
    .filter((row) => !only || row.differs);
  byId("settings").replaceChildren(
    rows.length
      ? h("table", { class: "facts" }, heads(known, "Setting"), h("tbody", {}, rows.map((row) =>
          h("tr", { class: several && row.differs ? "differs" : null }, h("th", { scope: "row" }, row.name), row.values.map((v) => h("td", {}, v ?? "–"))))))
      : h("p", { class: "empty" }, known.length ? "These runs have the same settings, versions and machine." : ""),
  );
}
