(() => {
  if (window.shinsoFigures) return;
  window.shinsoFigures = true;
  const known = new WeakMap();
  let tip, ring;
  const data = svg => {
    let d = known.get(svg);
    if (!d) {
      d = {
        points: JSON.parse(svg.dataset.points || "[]"),
        cells: JSON.parse(svg.dataset.cells || "null")
      };
      known.set(svg, d);
    }
    return d;
  };
  const cell = (c, x, y) => {
    const column = Math.floor((x - c.x) / c.w * c.columns.length);
    const row = Math.floor((y - c.y) / c.h * c.rows.length);
    if (c.columns[column] === undefined || c.rows[row] === undefined) return null;
    const both = [c.rows[row], c.columns[column]];
    const names = (c.columnsFirst ? both.reverse() : both).filter(n => n).join(", ");
    const value = c.values[row * c.columns.length + column];
    if (value === "") return null;
    return {
      x: c.x + (column + 0.5) * c.w / c.columns.length,
      y: c.y + (row + 0.5) * c.h / c.rows.length,
      text: (names ? names + ": " : "") + value,
      ring: false
    };
  };
  const nearest = (points, near, x, y) => {
    let best = null, least = near * near;
    for (const p of points) {
      const d = (p[0] - x) ** 2 + (p[1] - y) ** 2;
      if (least > d) {
        least = d;
        best = {x: p[0], y: p[1], text: p[2], ring: true};
      }
    }
    return best;
  };
  const hide = () => {
    if (tip) tip.remove();
    if (ring) ring.remove();
  };
  document.addEventListener("pointermove", e => {
    hide();
    const svg = e.target.closest ? e.target.closest(".shinso svg, .shinso img[data-cells]") : null;
    if (!svg) return;
    const box = svg.getBoundingClientRect();
    const unit = (svg.viewBox ? svg.viewBox.baseVal.width : svg.naturalWidth) / box.width;
    const x = (e.clientX - box.left) * unit, y = (e.clientY - box.top) * unit;
    const d = data(svg);
    const hit = nearest(d.points, d.cells ? 12 : 40, x, y) || (d.cells ? cell(d.cells, x, y) : null);
    if (!hit) return;
    if (hit.ring) {
      ring = document.createElementNS(svg.namespaceURI, "circle");
      ring.setAttribute("class", "shinso-ring");
      ring.setAttribute("cx", hit.x);
      ring.setAttribute("cy", hit.y);
      ring.setAttribute("r", 6);
      ring.setAttribute("pointer-events", "none");
      svg.append(ring);
    }
    tip = document.createElement("div");
    tip.className = "shinso-tip";
    tip.textContent = hit.text;
    document.body.append(tip);
    const width = tip.offsetWidth, right = e.clientX + 14;
    tip.style.left = (right + width > innerWidth ? e.clientX - width - 10 : right) + "px";
    tip.style.top = Math.max(4, e.clientY - 34) + "px";
  });
  document.addEventListener("pointerleave", hide);
})();
