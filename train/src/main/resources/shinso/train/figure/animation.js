document.querySelectorAll(".shinso-frames:not([data-ready])").forEach(box => {
  box.dataset.ready = "yes";
  const frames = [...box.children].filter(e => e.className === "shinso-frame");
  const button = box.querySelector("button");
  const slider = box.querySelector("input");
  const output = box.querySelector("output");
  let at = 0, timer = 0;
  const show = i => {
    at = i;
    frames.forEach((f, k) => { f.hidden = k !== i; });
    slider.value = i;
    output.textContent = frames[i].dataset.name || (i + 1) + " of " + frames.length;
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    button.textContent = "play";
  };
  button.addEventListener("click", () => {
    if (timer) return stop();
    button.textContent = "pause";
    if (at === frames.length - 1) show(0);
    timer = setInterval(() => {
      if (at === frames.length - 1) stop(); else show(at + 1);
    }, Number(box.dataset.milliseconds));
  });
  slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
  show(0);
});
