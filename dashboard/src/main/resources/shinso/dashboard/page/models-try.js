// Parts of the page that try a model out: classify, complete, sample, chains, texts.
import { post, url } from "./api.js";
import { MaskPad } from "./models-pad.js";
import {
  button, el, field, figure, Latest, number, picture, seedInput, shown, Status, svg, whole,
} from "./models-parts.js";

const NOTHING = "Draw something, or choose a picture.";

function ask(context, what, body) {
  return post(url(["models", context.run.name, what]), body, { signal: context.signal });
}

/** The probabilities of the classes, and what the convolutions make of the picture. */
export function classify(context) {
  const status = new Status();
  const latest = new Latest();
  const seen = el("div", { class: "seen" });
  const bars = el("ol", { class: "bars", "aria-label": "Probabilities of the classes" });
  const maps = el("div", { class: "maps" });
  const wanted = el("input", { type: "checkbox", checked: true });
  const element = el(
    "div",
    {},
    status.element,
    el("div", { class: "guess" }, seen, bars),
    el("label", { class: "check" }, wanted, " Feature maps"),
    maps,
  );
  status.say(NOTHING);
  const update = () => {
    const value = context.input.value();
    if (!value) {
      for (const part of [seen, bars, maps]) part.replaceChildren();
      status.say(NOTHING);
      return;
    }
    latest.run(async () => {
      try {
        show(await ask(context, "classify", { picture: value, maps: wanted.checked }));
      } catch (error) {
        status.wrong(error);
      }
    });
  };
  function show(guesses) {
    const said = guesses.changes.length ? `, ${guesses.changes.join("; ")}` : "";
    seen.replaceChildren(
      picture(guesses.input, "The picture as the model sees it", "large"),
      el("p", { class: "muted hint" }, `What the model sees${said}`),
    );
    const best = guesses.guesses[0];
    bars.replaceChildren(
      ...inOrder(guesses.guesses).map((g) => {
        const bar = el("span", { class: "bar" });
        bar.style.width = `${100 * g.probability}%`;
        return el(
          "li",
          { class: g === best ? "best" : null },
          el("span", { class: "name" }, g.name),
          el("span", { class: "track", "aria-hidden": "true" }, bar),
          el("span", { class: "percent" }, `${(100 * g.probability).toFixed(1)} %`),
        );
      }),
    );
    status.say(`${best.name}, ${(100 * best.probability).toFixed(1)} %`);
    maps.replaceChildren(
      ...guesses.maps.map((layer) =>
        el(
          "section",
          {},
          el("h3", {}, layer.layer),
          el(
            "p",
            { class: "muted hint" },
            layer.maps.length < layer.channels
              ? `the first ${layer.maps.length} of ${layer.channels} channels`
              : `${layer.channels} channels`,
          ),
          el(
            "ul",
            { class: "pictures small", "aria-label": `Feature maps of ${layer.layer}` },
            ...layer.maps.map((m, i) => el("li", {}, picture(m, `channel ${i + 1}`))),
          ),
        ),
      ),
    );
    if (wanted.checked && guesses.maps.length === 0) {
      maps.replaceChildren(el("p", { class: "muted hint" }, "The network has no convolutions to look into."));
    }
  }
  context.input.onchange(update);
  wanted.addEventListener("change", update);
  update();
  return element;
}

/** Few classes stay where they are, so that bars don't jump; of many the most probable are shown. */
function inOrder(guesses) {
  return guesses.length <= 12
    ? guesses.slice().sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))
    : guesses.slice(0, 20);
}

/** Ways of filling in a part of the picture. */
export function complete(context) {
  const status = new Status();
  const [height, width] = context.overview.input;
  const keep = el(
    "select",
    {},
    ...["top", "bottom", "left", "right", "painted"].map((k) =>
      el("option", { value: k }, k === "painted" ? "what I don't paint over" : `${k} half`),
    ),
  );
  const amount = number(9, 1, 25);
  const seed = seedInput();
  const mask = new MaskPad(width, height);
  mask.element.hidden = true;
  const result = el("div", {});
  const latest = new Latest();
  const look = () => {
    const value = context.input.value();
    if (!value || keep.value !== "painted") return;
    latest.run(async () => {
      try {
        mask.show((await ask(context, "see", { picture: value })).input.pictures[0]);
        status.say("");
      } catch (error) {
        status.wrong(error);
      }
    });
  };
  keep.addEventListener("change", () => {
    mask.element.hidden = keep.value !== "painted";
    look();
  });
  context.input.onchange(look);
  const go = button(
    "Complete",
    (b) =>
      status.during(
        "The model is filling it in …",
        async () => {
          const body = {
            picture: context.input.required(),
            count: whole(amount, "How many"),
            seed: whole(seed, "Seed"),
            ...(keep.value === "painted" ? { mask: mask.mask() } : { keep: keep.value }),
          };
          const done = await ask(context, "complete", body);
          result.replaceChildren(
            el("h3", {}, "Shown to the model"),
            picture(done.given, "What the model was shown, grey where it was not", "large"),
            el("h3", {}, "Filled in"),
            shown({ pictures: done.completed, rows: [] }, "Completion"),
          );
          status.say(`${done.completed.length} ways of completing it.`);
        },
        b,
      ),
    "primary",
  );
  return el(
    "div",
    {},
    el("div", { class: "row" }, field("The model is shown", keep), field("How many", amount), field("Seed", seed), go),
    mask.element,
    status.element,
    result,
  );
}

/** Saves pictures side by side as a PNG file. */
function save(pictures, name) {
  const columns = Math.ceil(Math.sqrt(pictures.length));
  const { width, height } = pictures[0];
  const sheet = el("canvas");
  sheet.width = columns * (width + 2);
  sheet.height = Math.ceil(pictures.length / columns) * (height + 2);
  const context = sheet.getContext("2d");
  context.fillStyle = "#808080";
  context.fillRect(0, 0, sheet.width, sheet.height);
  pictures.forEach((p, i) =>
    context.drawImage(
      picture(p, ""),
      (i % columns) * (width + 2) + 1,
      Math.floor(i / columns) * (height + 2) + 1,
    ),
  );
  sheet.toBlob((blob) => {
    const address = URL.createObjectURL(blob);
    el("a", { href: address, download: name }).click();
    URL.revokeObjectURL(address);
  });
}

/** Examples that the model makes up. */
export function sample(context) {
  const status = new Status();
  const can = (name) => context.overview.abilities.some((a) => a.name === name && a.can);
  const amount = number(16, 1, 100);
  const seed = seedInput();
  let of = null;
  if (can("sample-given")) {
    of = el("select", {}, can("sample") ? el("option", { value: "" }, "any") : null,
      ...context.overview.classes.map((c) => el("option", { value: c }, c)));
    if (context.overview.classes.length === 0) of = number(0, 0, 100000);
  }
  const result = el("div", {});
  let pictures = [];
  const keep = button("Save as PNG", () => save(pictures, `samples-${context.run.name}-${seed.value}.png`));
  keep.hidden = true;
  const draw = (b) =>
    status.during(
      "The model is drawing …",
      async () => {
        const body = { count: whole(amount, "How many"), seed: whole(seed, "Seed") };
        if (of && of.value !== "") body.class = of.value;
        const made = await ask(context, "sample", body);
        pictures = made.pictures;
        keep.hidden = pictures.length === 0;
        result.replaceChildren(shown(made, "Sample"));
        status.say(`Samples of seed ${body.seed}; the same seed draws the same.`);
      },
      b,
    );
  return el(
    "div",
    {},
    el(
      "div",
      { class: "row" },
      field("How many", amount),
      field("Seed", seed),
      of ? field("Class", of) : null,
      button("Sample", draw, "primary"),
      button("Next seed", (b) => {
        seed.value = String(Number(seed.value) + 1);
        return draw(b);
      }),
      keep,
    ),
    status.element,
    result,
  );
}

/** Markov chains, step by step. */
export function chain(context) {
  const status = new Status();
  const amount = number(4, 1, 16);
  const seed = seedInput();
  const start = el(
    "select",
    {},
    el("option", { value: "noise" }, "noise"),
    context.input ? el("option", { value: "picture" }, "the picture") : null,
  );
  const where = el("p", { class: "chain-step" });
  const result = el("div", {});
  const course = el("div", {});
  const latest = new Latest();
  let state = null;
  let energies = [];
  let playing = false;

  function show(made) {
    state = { state: made.state, step: made.step };
    where.textContent = `Step ${made.step.toLocaleString("en")}`;
    const list = shown(made.shown, "Chain");
    made.freeEnergies.forEach((f, i) =>
      list.children[i]?.append(el("span", { class: "muted hint" }, `F ${figure(f, 4)}`)),
    );
    result.replaceChildren(list);
    if (made.freeEnergies.length > 0) {
      energies.push({ step: made.step, values: made.freeEnergies });
      energies = energies.slice(-400);
      course.replaceChildren(curve(energies));
    }
  }
  const begin = (b) =>
    status.during(
      "Beginning …",
      async () => {
        energies = [];
        const body = { chains: whole(amount, "Chains"), seed: whole(seed, "Seed"), steps: 0 };
        if (start.value === "picture") body.picture = context.input.required();
        show(await ask(context, "chain", body));
      },
      b,
    );
  const move = async (steps) => {
    if (!state) await begin();
    if (!state) return;
    await latest.run(async () => {
      try {
        show(await ask(context, "chain", { ...state, seed: whole(seed, "Seed"), steps }));
        status.say("");
      } catch (error) {
        stop();
        status.wrong(error);
      }
    });
  };
  const play = button("Play", async () => {
    playing = !playing;
    play.textContent = playing ? "Pause" : "Play";
    while (playing && element.isConnected && !context.signal.aborted) {
      await move(1);
      await new Promise((done) => setTimeout(done, 120));
    }
  });
  function stop() {
    playing = false;
    play.textContent = "Play";
  }
  // With another seed or beginning it is another chain.
  for (const control of [seed, amount, start]) {
    control.addEventListener("change", () => {
      stop();
      state = null;
      where.textContent = "Not begun";
    });
  }
  where.textContent = "Not begun";
  const element = el(
    "div",
    {},
    el(
      "div",
      { class: "row" },
      field("Chains", amount),
      field("Seed", seed),
      field("Begin with", start),
      button("Begin", (b) => {
        stop();
        return begin(b);
      }, "primary"),
    ),
    el(
      "div",
      { class: "row", role: "group", "aria-label": "Move the chains" },
      ...[1, 10, 100].map((n) => button(`${n} step${n > 1 ? "s" : ""}`, () => move(n))),
      play,
      where,
    ),
    status.element,
    result,
    course,
  );
  return element;
}

/** The free energies of chains over their steps. */
function curve(points) {
  const [w, h] = [400, 120];
  const all = points.flatMap((p) => p.values).filter(Number.isFinite);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const [first, last] = [points[0].step, points.at(-1).step];
  const x = (s) => 4 + ((w - 8) * (s - first)) / (last - first || 1);
  const y = (v) => h - 4 - ((h - 8) * (v - low)) / (high - low || 1);
  const chains = points[0].values.length;
  return el(
    "figure",
    { class: "energy" },
    svg(
      "svg",
      { viewBox: `0 0 ${w} ${h}`, role: "img", "aria-label": `Free energies from ${figure(low)} to ${figure(high)} nats` },
      ...Array.from({ length: chains }, (_, c) =>
        svg("polyline", {
          points: points.map((p) => `${x(p.step)},${y(p.values[c])}`).join(" "),
          class: `line line-${c % 4}`,
        }),
      ),
    ),
    el("figcaption", { class: "muted hint" }, `Free energy of each chain, ${figure(low, 4)} to ${figure(high, 4)} nats`),
  );
}

/** Texts that the model writes. */
export function write(context) {
  const status = new Status();
  const prompt = el("textarea", { rows: 3, maxlength: 2000 });
  const length = number(300, 1, 5000);
  const seed = seedInput();
  const temperature = el("input", { type: "number", value: "1", min: 0.01, max: 100, step: 0.05 });
  const top = el("input", { type: "number", min: 1, max: 1000000, step: 1, placeholder: "all" });
  const result = el("pre", { class: "text-out", tabindex: 0, role: "region", "aria-label": "Text" });
  result.hidden = true;
  const go = button(
    "Write",
    (b) =>
      status.during(
        "The model is writing …",
        async () => {
          const body = {
            length: whole(length, "Length"),
            seed: whole(seed, "Seed"),
            temperature: temperature.value === "" ? 1 : Number(temperature.value),
          };
          if (prompt.value !== "") body.prompt = prompt.value;
          if (top.value !== "") body.top = whole(top, "From the most probable");
          const made = await ask(context, "write", body);
          result.hidden = false;
          result.textContent = made.texts.join("\n\n");
        },
        b,
      ),
    "primary",
  );
  return el(
    "div",
    {},
    field("Begin with", prompt, "What the text goes on from; may stay empty."),
    el(
      "div",
      { class: "row" },
      field("Length", length),
      field("Temperature", temperature),
      field("From the most probable", top),
      field("Seed", seed),
      go,
    ),
    status.element,
    result,
  );
}
