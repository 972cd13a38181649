document.querySelectorAll("canvas.shinso-surface:not([data-ready])").forEach(canvas => {
  canvas.dataset.ready = "yes";
  const d = JSON.parse(canvas.dataset.surface);
  const wide = canvas.width, high = canvas.height, sharp = 2;
  canvas.width = wide * sharp;
  canvas.height = high * sharp;
  canvas.style.maxWidth = wide + "px";
  const g = canvas.getContext("2d");
  let azimuth = d.azimuth * Math.PI / 180, elevation = d.elevation * Math.PI / 180;
  let shown = [];
  const colour = name => getComputedStyle(canvas).getPropertyValue(name).trim();
  const scaled = (v, range) => 2 * (v - range[0]) / (range[1] - range[0]) - 1;
  const height = v => d.tall * scaled(Math.min(d.z[1], Math.max(d.z[0], v)), d.z);
  const text = v => String(Number(v.toPrecision(4)));
  const mix = (rgb, light) => {
    const to = light > 0.8 ? 255 : 0;
    const share = light > 0.8 ? 0.6 * (light - 0.8) : 0.4 * (0.8 - light);
    const part = shift => Math.round((rgb >> shift) % 256 * (1 - share) + to * share);
    return "rgb(" + part(16) + "," + part(8) + "," + part(0) + ")";
  };
  const lit = (a, b, c, e) => {
    const u = c.map((v, i) => v - a[i]), w = e.map((v, i) => v - b[i]);
    const n = [u[1] * w[2] - u[2] * w[1], u[2] * w[0] - u[0] * w[2], u[0] * w[1] - u[1] * w[0]];
    const l = (-0.45 * n[0] - 0.25 * n[1] + 0.86 * n[2]) / Math.hypot(...n);
    return Math.max(0, Math.min(1, l));
  };
  const draw = () => {
    const sa = Math.sin(azimuth), ca = Math.cos(azimuth);
    const se = Math.sin(elevation), ce = Math.cos(elevation);
    const unit = Math.min((wide - 130) / 2 / Math.SQRT2, (high - 80) / 2 / (Math.SQRT2 * se + d.tall * ce));
    const x = p => wide / 2 + unit * (-sa * p[0] + ca * p[1]);
    const y = p => high / 2 - unit * (ce * p[2] - se * (ca * p[0] + sa * p[1]));
    const near = p => se * p[2] + ce * (ca * p[0] + sa * p[1]);
    g.setTransform(sharp, 0, 0, sharp, 0, 0);
    g.clearRect(0, 0, wide, high);
    g.font = "13px system-ui, sans-serif";
    g.lineJoin = g.lineCap = "round";
    const line = (a, b, style, width) => {
      g.strokeStyle = style;
      g.lineWidth = width;
      g.beginPath();
      g.moveTo(x(a), y(a));
      g.lineTo(x(b), y(b));
      g.stroke();
    };
    const write = (t, px, py, align) => {
      g.fillStyle = colour("--f-soft");
      g.textAlign = align;
      g.fillText(t, px, py);
    };
    const t = d.tall, grid = colour("--f-grid"), edge = colour("--f-edge");
    const fx = ca > 0 ? -1 : 1, fy = sa > 0 ? -1 : 1;
    d.ticks[0].forEach(([v, name]) => {
      line([v, -1, -t], [v, 1, -t], grid, 1);
      line([v, fy, -t], [v, fy, t], grid, 1);
      write(name, x([v, -fy * 1.1, -t]), y([v, -fy * 1.1, -t]) + 7, "center");
    });
    d.ticks[1].forEach(([v, name]) => {
      line([-1, v, -t], [1, v, -t], grid, 1);
      line([fx, v, -t], [fx, v, t], grid, 1);
      write(name, x([-fx * 1.1, v, -t]), y([-fx * 1.1, v, -t]) + 7, "center");
    });
    const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1]];
    const left = corners.reduce((a, b) => x([...b, 0]) > x([...a, 0]) ? a : b);
    d.ticks[2].forEach(([v, name]) => {
      line([fx, -1, v], [fx, 1, v], grid, 1);
      line([-1, fy, v], [1, fy, v], grid, 1);
      write(name, x([...left, v]) - 8, y([...left, v]) + 4, "right");
    });
    corners.forEach((c, i) => line([...c, -t], [...corners[(i + 1) % 4], -t], edge, 1));
    [[fx, fy], [-fx, fy], [fx, -fy]].forEach(c => line([...c, -t], [...c, t], edge, 1));
    line([fx, -1, t], [fx, 1, t], edge, 1);
    line([-1, fy, t], [1, fy, t], edge, 1);
    write(d.names[0], x([0, -fy * 1.32, -t]), y([0, -fy * 1.32, -t]) + 7, "center");
    write(d.names[1], x([-fx * 1.32, 0, -t]), y([-fx * 1.32, 0, -t]) + 7, "center");
    write(d.names[2], x([...left, t]) - 30, y([...left, t]) - 12, "left");
    const pieces = [];
    shown = [];
    const point = (r, c) => [2 * c / (d.columns - 1) - 1, 2 * r / (d.rows - 1) - 1, height(d.values[r * d.columns + c])];
    for (let r = 0; d.rows - 1 > r; r++) {
      for (let c = 0; d.columns - 1 > c; c++) {
        const at = [[r, c], [r, c + 1], [r + 1, c + 1], [r + 1, c]];
        const values = at.map(([i, j]) => d.values[i * d.columns + j]);
        if (values.includes(null)) continue;
        const p = at.map(([i, j]) => point(i, j));
        const mean = values.reduce((a, b) => a + b) / 4;
        const part = Math.max(0, Math.min(1, (mean - d.z[0]) / (d.z[1] - d.z[0])));
        const fill = mix(d.colours[Math.round(63 * part)], lit(...p));
        pieces.push({near: p.reduce((s, q) => s + near(q), 0) / 4, run: () => {
          g.beginPath();
          p.forEach(q => g.lineTo(x(q), y(q)));
          g.closePath();
          g.fillStyle = g.strokeStyle = fill;
          g.lineWidth = 0.6;
          g.fill();
          g.stroke();
        }});
        shown.push({
          px: x(p[0]), py: y(p[0]), near: near(p[0]),
          text: text(d.x[0] + c / (d.columns - 1) * (d.x[1] - d.x[0])) + ", "
            + text(d.y[0] + r / (d.rows - 1) * (d.y[1] - d.y[0])) + ": " + text(values[0])
        });
      }
    }
    d.paths.forEach(path => {
      const style = colour(path.colour), paper = colour("--f-paper");
      const ps = path.points;
      ps.forEach((p, i) => {
        if (p === null) return;
        const at = near(p), from = ps[i - 1];
        if (from) {
          pieces.push({near: at + 0.05, run: () => line(from, p, paper, 4.6)});
          pieces.push({near: at + 0.09, run: () => line(from, p, style, 2.6)});
        }
        if (i === 0 || i === ps.length - 1) {
          pieces.push({near: at + 0.11, run: () => {
            g.beginPath();
            g.arc(x(p), y(p), 5, 0, 7);
            g.fillStyle = i === 0 ? paper : style;
            g.strokeStyle = i === 0 ? style : paper;
            g.lineWidth = 2;
            g.fill();
            g.stroke();
          }});
        }
      });
    });
    pieces.sort((a, b) => a.near - b.near);
    pieces.forEach(p => p.run());
    let from = 14;
    g.textAlign = "left";
    d.paths.forEach(path => {
      g.fillStyle = colour(path.colour);
      g.fillRect(from, 12, 20, 4);
      g.fillStyle = colour("--f-text");
      g.fillText(path.name, from + 26, 19);
      from += 46 + g.measureText(path.name).width;
    });
  };
  let held = null;
  const tip = () => {
    let e = canvas.nextElementSibling;
    if (e === null || e.className !== "shinso-tip") {
      e = document.createElement("div");
      e.className = "shinso-tip";
      canvas.after(e);
    }
    return e;
  };
  const say = e => {
    const box = canvas.getBoundingClientRect(), unit = wide / box.width;
    const px = (e.clientX - box.left) * unit, py = (e.clientY - box.top) * unit;
    let best = null;
    shown.forEach(p => {
      const close = 100 > (p.px - px) ** 2 + (p.py - py) ** 2;
      if (close ? best === null || p.near > best.near : false) best = p;
    });
    const t = tip();
    t.hidden = best === null;
    if (best) {
      t.textContent = best.text;
      t.style.left = e.clientX + 14 + "px";
      t.style.top = e.clientY - 34 + "px";
    }
  };
  canvas.addEventListener("pointerdown", e => {
    held = [e.clientX, e.clientY];
    canvas.setPointerCapture(e.pointerId);
  });
  canvas.addEventListener("pointermove", e => {
    if (held === null) return say(e);
    tip().hidden = true;
    azimuth -= (e.clientX - held[0]) / 120;
    elevation = Math.max(0, Math.min(Math.PI / 2, elevation + (e.clientY - held[1]) / 120));
    held = [e.clientX, e.clientY];
    draw();
  });
  const release = () => { held = null; };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => { tip().hidden = true; });
  canvas.addEventListener("keydown", e => {
    const turn = {ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1]}[e.key];
    if (!turn) return;
    e.preventDefault();
    azimuth += turn[0];
    elevation = Math.max(0, Math.min(Math.PI / 2, elevation + turn[1]));
    draw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  draw();
});
