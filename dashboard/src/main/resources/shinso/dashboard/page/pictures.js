// Pictures: those of the report, and those that change from step to step with a slider.
import { get, url } from "./api.js";
import { byId, h, icon } from "./dom.js";
import { number } from "./format.js";

const PLAY_MILLIS = 350;

export class Pictures {
  constructor() {
    this.runs = [];
    this.shown = new Map();
    byId("viewer").addEventListener("click", () => byId("viewer").close());
  }

  choose(runs) {
    this.runs = runs;
    for (const name of this.shown.keys()) if (!runs.some((r) => r.name === name)) this.shown.delete(name);
    this.show();
  }

  /** Asks which pictures a run has now. */
  async update(name) {
    if (!this.runs.some((r) => r.name === name)) return;
    try {
      const pictures = await get(url(["runs", name, "pictures"]));
      this.shown.set(name, pictures);
      this.show();
    } catch {
      // The run is gone; the list says so.
    }
  }

  show() {
    const place = byId("pictures");
    const old = new Map([...place.querySelectorAll("figure")].map((f) => [f.dataset.key, f]));
    const groups = new Map();
    for (const run of this.runs) {
      for (const picture of this.shown.get(run.name) ?? []) {
        const key = picture.stage + "\u0000" + picture.title;
        if (!groups.has(key)) groups.set(key, []);
        groups.get(key).push({ run, picture });
      }
    }
    const several = this.runs.length > 1;
    place.replaceChildren(
      ...[...groups].map(([key, all]) => {
        const title = (all[0].picture.stage ? all[0].picture.stage + ": " : "") + all[0].picture.title;
        return h("div", { class: "picture-group" + (all[0].picture.stage ? " by-step" : "") }, h("h3", {}, title),
          h("div", { class: "pictures" }, all.map(({ run, picture }) => {
            const id = run.name + "\u0000" + key;
            const figure = old.get(id);
            if (figure?.frames) {
              figure.take(picture.frames);
              figure.tell(run, several);
              return figure;
            }
            return this.figure(id, run, picture, title, several);
          })));
      }),
    );
    byId("pictures-card").hidden = groups.size === 0;
  }

  figure(id, run, picture, title, several) {
    const image = h("img", { decoding: "async" });
    const open = h("button", { type: "button", class: "picture", "aria-label": "Enlarge: " + title, onclick: () => view(image) }, image);
    const figure = h("figure", { dataset: { key: id } }, open);
    figure.frames = picture.frames;
    let at = picture.frames.length - 1;
    const address = (frame) => url(["runs", run.name, "pictures", ...frame.path], { v: frame.version });
    const draw = () => {
      const frame = figure.frames[at];
      if (image.getAttribute("src") !== address(frame)) image.src = address(frame);
      return frame;
    };
    // The first one of a series may be alone for a while.
    if (picture.stage) {
      const slider = h("input", { type: "range", min: 0, max: picture.frames.length - 1, step: 1, value: at, "aria-label": "Step of " + title });
      const label = h("output", { class: "number" });
      let timer = 0;
      const play = h("button", { type: "button", class: "icon" });
      const move = (to) => {
        at = to;
        slider.value = at;
        const frame = draw();
        label.textContent = "step " + number(frame.step);
        slider.setAttribute("aria-valuetext", "step " + frame.step);
      };
      const stop = () => {
        clearInterval(timer);
        timer = 0;
        play.replaceChildren(icon("play"));
        play.setAttribute("aria-label", "Play " + title);
      };
      play.addEventListener("click", () => {
        if (timer) return stop();
        play.replaceChildren(icon("pause"));
        play.setAttribute("aria-label", "Pause " + title);
        if (at === figure.frames.length - 1) move(0);
        timer = setInterval(() => {
          if (!figure.isConnected || at >= figure.frames.length - 1) stop();
          else move(at + 1);
        }, PLAY_MILLIS);
      });
      slider.addEventListener("input", () => {
        stop();
        move(Number(slider.value));
      });
      const length = () => {
        slider.max = figure.frames.length - 1;
        slider.disabled = play.disabled = figure.frames.length < 2;
      };
      stop();
      length();
      move(at);
      figure.append(h("div", { class: "row slider" }, play, slider, label));
      figure.take = (frames) => {
        // Whoever looks at the newest one sees the next as soon as it is there.
        const newest = at === figure.frames.length - 1;
        figure.frames = frames;
        length();
        move(newest && !timer ? frames.length - 1 : Math.min(at, frames.length - 1));
      };
    } else {
      draw();
      figure.take = (frames) => {
        figure.frames = frames;
        at = frames.length - 1;
        draw();
      };
    }
    const caption = h("figcaption");
    figure.append(caption);
    // Whose it is, when there are others beside it; their number and labels change.
    figure.tell = (of, among) => {
      image.alt = among ? `${title}, ${of.label}` : title;
      caption.hidden = !among;
      caption.replaceChildren(h("span", { class: "swatch s" + (this.runs.findIndex((r) => r.name === of.name) % 10), "aria-hidden": "true" }), of.label);
    };
    figure.tell(run, several);
    return figure;
  }
}

function view(image) {
  const viewer = byId("viewer");
  viewer.replaceChildren(h("img", { src: image.src, alt: image.alt }), h("form", { method: "dialog" }, h("button", { class: "icon", "aria-label": "Close" }, icon("close"))));
  viewer.showModal();
}
