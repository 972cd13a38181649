// The form that starts a run.
import { get, post, url } from "./api.js";
import { byId, h, memory, say } from "./dom.js";

let known = null;

/** Makes the button work, if this dashboard can start runs. */
export async function initStart(started) {
  known = await get(url(["recipes"]));
  const button = byId("new");
  button.hidden = !known.canStart;
  button.addEventListener("click", () => open(started));
}

function open(started) {
  const dialog = byId("start");
  const recipes = known.areas.flatMap((a) => a.recipes);
  const problem = h("p", { class: "problem", role: "alert" });
  const settings = h("div", { class: "settings" });
  const about = h("p", { class: "muted", id: "about-recipe" });
  const data = h("select", { id: "start-data" });
  const targets = h("p", { class: "muted" });
  const budget = h("select", { id: "start-budget", onchange: () => fill() },
    known.budgets.map((b) => h("option", { value: b, selected: b === "smoke" }, { smoke: "smoke – seconds", default: "default – minutes", paper: "paper – the full protocol" }[b] ?? b)));
  const recipe = h("select", { id: "start-recipe", "aria-describedby": "about-recipe", onchange: () => fill(true) },
    known.areas.map((a) => h("optgroup", { label: a.title }, a.recipes.map((r) => h("option", { value: r.name }, r.name)))));
  const seed = h("input", { id: "start-seed", type: "number", value: 1, step: 1 });
  const threads = h("input", { id: "start-threads", type: "number", min: 1, max: 1024, placeholder: `all ${known.cores}` });

  function fill(fresh) {
    const r = recipes.find((one) => one.name === recipe.value);
    about.textContent = r.summary;
    if (fresh) {
      data.replaceChildren(...r.data.map((d) => h("option", { value: d }, d)));
      data.disabled = r.data.length === 0;
      if (r.data.length === 0) data.append(h("option", { value: "" }, "none"));
      settings.replaceChildren(...r.settings.map((s) =>
        h("label", {}, h("span", {}, s.name, h("span", { class: "sub" }, `${s.meaning}; ${s.allowed}`)),
          h("input", { type: "text", name: s.name, autocomplete: "off", spellcheck: "false" }))));
    }
    for (const s of r.settings) settings.querySelector(`[name="${CSS.escape(s.name)}"]`).placeholder = s[budget.value];
    const claims = r.claims.filter((c) => !c.data || c.data === data.value);
    targets.textContent = claims.length ? "Target: " + claims.map((c) => `${c.quantity} ${c[budget.value]}`).join("; ") : "";
  }
  data.addEventListener("change", () => fill());

  const go = h("button", { type: "submit", class: "primary" }, "Start");
  const form = h("form", { class: "start", onsubmit: submit },
    h("h2", { id: "start-title" }, "New run"),
    h("label", {}, h("span", {}, "Recipe"), recipe), about,
    h("div", { class: "fields" },
      h("label", {}, h("span", {}, "Data"), data),
      h("label", {}, h("span", {}, "Budget"), budget),
      h("label", {}, h("span", {}, "Seed"), seed),
      h("label", {}, h("span", {}, "Threads"), threads)),
    targets,
    h("details", {}, h("summary", {}, "Settings"), settings),
    problem,
    h("div", { class: "row end" }, h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"), go));

  async function submit(e) {
    e.preventDefault();
    problem.textContent = "";
    go.disabled = true;
    go.textContent = "Starting…";
    const changed = Object.fromEntries([...settings.querySelectorAll("input")].filter((i) => i.value.trim() !== "").map((i) => [i.name, i.value]));
    try {
      const answer = await post(url(["runs"]), {
        recipe: recipe.value, data: data.value, budget: budget.value, seed: seed.value, threads: threads.value, settings: changed,
      });
      dialog.close();
      memory.set("recipe", recipe.value);
      say(`${answer.run} has started`);
      started(answer.run);
    } catch (error) {
      problem.textContent = error.message;
    } finally {
      go.disabled = false;
      go.textContent = "Start";
    }
  }

  dialog.replaceChildren(form);
  const last = memory.get("recipe", "digits-mlp");
  if (recipes.some((r) => r.name === last)) recipe.value = last;
  fill(true);
  dialog.showModal();
  recipe.focus();
}
