(() => {
"use strict";
const root = document.documentElement;
root.classList.add("js");
const css = name => getComputedStyle(root).getPropertyValue(name).trim();
const color = i => css("--v" + i % 8);
const font = () => "12px " + getComputedStyle(root).fontFamily;

// digits writes three significant digits, and from 1,000 on all before the point.
const digits = v => {
  const a = Math.abs(v);
  if (a === 0) return "0";
  if (a >= 1e15 || a < 1e-3) return v.toExponential(1);
  const after = Math.max(0, 2 - Math.floor(Math.log10(a)));
  return v.toLocaleString("en-US", {maximumFractionDigits: after});
};
const ladder = (steps, v) => {
  let best = steps[0];
  for (const s of steps) if (Math.abs(v) >= s[1] * 0.9995) best = s;
  return digits(v / best[1]) + " " + best[0];
};
const times = [["ns", 1], ["µs", 1e3], ["ms", 1e6], ["s", 1e9]];
const rates = ["B/s", "KiB/s", "MiB/s", "GiB/s", "TiB/s"].map((n, i) => [n, 1024 ** i]);
const clock = s => {
  const a = Math.abs(s), two = n => String(Math.floor(n)).padStart(2, "0"), sign = s < 0 ? "−" : "";
  if (a < 120) return sign + digits(a) + " s";
  return sign + (a >= 3600 ? Math.floor(a / 3600) + ":" + two(a / 60 % 60) : Math.floor(a / 60)) + ":" + two(a % 60);
};
const show = (unit, v) => {
  if (v == null) return "unknown";
  switch (unit) {
  case "ns": return v === 0 ? "0" : ladder(times, v);
  case "B/s": return v === 0 ? "0" : ladder(rates, v);
  case "/s": return v === 0 ? "0" : digits(v) + "/s";
  case "s": return clock(v);
  case "p": return digits(100 * (1 - 1 / v)).replace(/^100$/, "<100") + "%";
  }
  return digits(v);
};
// percent writes a place 1/(1-p) of the percentile scale in full: 99.999%.
const percent = x => x <= 1 ? "0%" : String(Math.round((100 - 100 / x) * 1e6) / 1e6) + "%";

// decades returns 1, 2 and 5 times the powers of ten in a range, or fewer.
const decades = (low, high) => {
  const all = factors => {
    const out = [];
    for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++)
      for (const f of factors) {
        const v = f * 10 ** e;
        if (v >= low * 0.999 && v <= high * 1.001) out.push(v);
      }
    return out;
  };
  const many = all([1, 2, 5]);
  return many.length <= 7 ? many : all([1]);
};

// axisOf makes an axis; places, if given, are where it has ticks, and must are
// those whose labels are not to be left out.
const axisOf = (scale, a, side, places, must = []) => {
  const axis = {
    scale, side,
    stroke: () => css("--muted"), font: font(), labelFont: font(), label: side === 2 ? a.name : null, labelSize: 20, gap: 6,
    grid: {stroke: () => css("--grid"), width: 1}, ticks: {stroke: () => css("--rule"), width: 1, size: 5},
    border: {show: side === 2, stroke: () => css("--rule"), width: 1},
    values: (u, splits) => splits.map(v => v == null ? "" : show(a.unit, v)),
  };
  if (side !== 2) {
    axis.size = (u, values) => {
      let most = 66; // as much as most need, so that charts below each other agree
      u.ctx.font = font();
      for (const v of values || []) most = Math.max(most, u.ctx.measureText(v).width / (u.pxRatio || devicePixelRatio || 1));
      return Math.ceil(most) + 14;
    };
    axis.space = 36;
    if (a.unit === "B/s") axis.incrs = rates.flatMap(r => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(n => 2 ** n * r[1]));
  } else {
    axis.space = (u, i, from, to, size) => size < 420 ? 56 : 84;
    if (a.unit === "s") axis.incrs = (u, i, from, to) => (to - from < 3 ? [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5] : [])
      .concat([1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400]);
    axis.size = 34;
  }
  if (a.unit === "p") {
    axis.splits = u => [1, 2, ...[1, 2, 3, 4, 5, 6].map(e => 10 ** e)].filter(v => v <= u.scales.x.max * 1.001);
    axis.values = (u, splits) => {
      const close = u.valToPos(2, "x") - u.valToPos(1, "x") < 40;
      return splits.map(v => v === 1 && close ? "" : percent(v));
    };
  } else if (a.log) {
    axis.splits = u => places && places.length <= 14 ? places : decades(u.scales[scale].min, u.scales[scale].max);
    if (side === 2) axis.values = (u, splits) => { // labels that would touch the one before are left out
      let end = -99;
      return splits.map(v => {
        const text = show(a.unit, v), at = u.valToPos(v, scale), half = 4 * text.length;
        const hides = m => m !== v && splits.includes(m) && Math.abs(u.valToPos(m, scale) - at) < half + 4 * show(a.unit, m).length + 4;
        if (at - half < end || must.some(hides)) return "";
        end = at + half + 4;
        return text;
      });
    };
  }
  if (a.log || a.unit === "p") { // every one of these has its line and its label
    axis.filter = (u, splits) => splits;
    axis.space = 1;
  }
  return axis;
};

// stepAt returns the point of a line of steps that holds at x: the last one up to
// there, null before the line, behind it and in its gaps. The places xs are those
// of all lines; where a line has no point of its own its value is undefined.
const stepAt = (xs, values, x) => {
  let low = 0, high = xs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] <= x) low = middle + 1; else high = middle;
  }
  let at = low - 1, next = low;
  while (at >= 0 && values[at] === undefined) at--;
  while (next < xs.length && values[next] === undefined) next++;
  return at < 0 || values[at] === null || next === xs.length || values[next] === null ? null : at;
};
// between returns what a line of points is at x, null beyond its ends.
const between = (line, x) => {
  const j = line.x.findIndex(v => v >= x);
  if (j < 0) return null;
  if (line.x[j] === x) return line.y[j];
  if (j === 0) return null;
  return line.y[j - 1] + (line.y[j] - line.y[j - 1]) * (x - line.x[j - 1]) / (line.x[j] - line.x[j - 1]);
};

// band and mark what does not count, and where operations failed.
const under = chart => u => {
  const {ctx, bbox: b} = u;
  ctx.save();
  ctx.beginPath(); ctx.rect(b.left, b.top, b.width, b.height); ctx.clip();
  for (const x of chart.bands || []) {
    const from = u.valToPos(x.from, "x", true), to = u.valToPos(x.to, "x", true);
    ctx.fillStyle = css("--muted"); ctx.globalAlpha = 0.1;
    ctx.fillRect(from, b.top, to - from, b.height);
    ctx.globalAlpha = 0.9; ctx.font = 11 * uPlot.pxRatio + "px " + getComputedStyle(root).fontFamily;
    ctx.textBaseline = "bottom"; ctx.textAlign = "left";
    if (ctx.measureText(x.name).width < to - from - 8) ctx.fillText(x.name, from + 5, b.top + b.height - 4);
  }
  ctx.restore();
};
const over = chart => u => {
  const {ctx, bbox: b} = u, px = uPlot.pxRatio;
  ctx.save();
  ctx.setLineDash([]); // which a line may have left behind
  ctx.font = 11 * px + "px " + getComputedStyle(root).fontFamily; ctx.textBaseline = "middle";
  const line = (m, strong, from, to) => {
    ctx.strokeStyle = css(strong ? "--ink" : "--muted"); ctx.lineWidth = px * (strong ? 1.5 : 1);
    ctx.setLineDash(strong ? [] : [4 * px, 4 * px]);
    ctx.beginPath(); ctx.moveTo(...from); ctx.lineTo(...to); ctx.stroke();
    ctx.setLineDash([]);
  };
  // The names of upright lines stand above the plot, each in a row of its own, where nothing
  // runs through them.
  (chart.marks || []).forEach((m, row) => {
    const x = Math.round(u.valToPos(m.at, "x", true)), y = b.top - (markRow / 2 + markRow * row) * px;
    line(m, m.style === "strong", [x, b.top - markRow * (row + 0.2) * px], [x, b.top + b.height]);
    const wide = ctx.measureText(m.name).width, right = x + wide + 6 * px < b.left + b.width;
    ctx.textAlign = right ? "left" : "right";
    ctx.fillStyle = css("--muted");
    ctx.fillText(m.name, x + (right ? 5 : -5) * px, y);
  });
  ctx.beginPath(); ctx.rect(b.left - 8 * px, b.top - 8 * px, b.width + 16 * px, b.height + 16 * px); ctx.clip();
  for (const m of chart.bounds || []) {
    const y = Math.round(u.valToPos(m.at, "y", true));
    line(m, false, [b.left, y], [b.left + b.width, y]);
    ctx.textAlign = "left"; ctx.fillStyle = css("--muted");
    ctx.fillText(m.name, b.left + 5 * px, y - 8 * px);
  }
  // A few failures have a cross each, with a line down; many only short strokes
  // along the top, or they would hide what is drawn.
  const errors = chart.errors || [], few = errors.length <= 30;
  ctx.strokeStyle = css("--bad"); ctx.lineWidth = (few ? 1.6 : 1) * px;
  for (const e of errors) {
    const x = u.valToPos(e.at, "x", true), y = b.top + 6 * px, r = 3.2 * px;
    if (!few) {
      ctx.beginPath(); ctx.moveTo(x, b.top); ctx.lineTo(x, b.top + 8 * px); ctx.stroke();
      continue;
    }
    ctx.globalAlpha = 0.25;
    ctx.beginPath(); ctx.moveTo(x, y + 2 * r); ctx.lineTo(x, b.top + b.height); ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.beginPath(); ctx.moveTo(x - r, y - r); ctx.lineTo(x + r, y + r); ctx.moveTo(x + r, y - r); ctx.lineTo(x - r, y + r); ctx.stroke();
  }
  chart.lines.forEach(line => signs(u, line, chart.y.unit !== "ns"));
  ctx.restore();
};
// markRow is how high the name of an upright line is.
const markRow = 16;
// shape is the outline that says why a step was measured: of the ramp, the search, a
// confirmation, or once more.
const shape = (ctx, kind, x, y, r) => {
  ctx.beginPath();
  switch (kind) {
  case "s": ctx.moveTo(x, y - 1.25 * r); ctx.lineTo(x + 1.2 * r, y + r); ctx.lineTo(x - 1.2 * r, y + r); ctx.closePath(); break;
  case "c": ctx.moveTo(x, y - 1.35 * r); ctx.lineTo(x + 1.35 * r, y); ctx.lineTo(x, y + 1.35 * r); ctx.lineTo(x - 1.35 * r, y); ctx.closePath(); break;
  case "a": ctx.rect(x - r, y - r, 2 * r, 2 * r); break;
  default: ctx.arc(x, y, r, 0, 2 * Math.PI);
  }
};
// signs draws a filled shape for held, a cross for failed and an open shape for unknown. A
// failure without a value is at the bottom edge, if all are to be seen.
const signs = (u, line, all) => {
  if (!line.signs) return;
  const {ctx, bbox: b} = u, px = uPlot.pxRatio, scale = line.second ? "y2" : "y";
  line.x.forEach((at, j) => {
    const r = 4.5 * px, known = line.y[j] != null;
    if (!known && !(all && line.signs[j] === "f")) return;
    const x = u.valToPos(at, "x", true), y = known ? u.valToPos(line.y[j], scale, true) : b.top + b.height;
    ctx.lineWidth = 2.2 * px; ctx.strokeStyle = ctx.fillStyle = color(line.color);
    ctx.beginPath();
    if (line.signs[j] === "f") {
      ctx.strokeStyle = css("--bad");
      ctx.moveTo(x - r, y - r); ctx.lineTo(x + r, y + r); ctx.moveTo(x + r, y - r); ctx.lineTo(x - r, y + r); ctx.stroke();
      return;
    }
    shape(ctx, (line.shapes || "")[j], x, y, r);
    if (line.signs[j] === "h") ctx.fill(); else ctx.stroke();
  });
};

const dashes = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4], [1, 2], [6, 2, 1, 2]];
// dense lines have no room for dashes.
const dense = l => l.x.length > 200;
const charts = [];
const draw = box => {
  const plot = box.querySelector(".plot"), readout = box.querySelector(".readout");
  const chart = JSON.parse(box.querySelector("script").textContent);
  chart.lines = chart.lines || [];
  if (!chart.lines.length) {
    plot.textContent = "No data.";
    plot.classList.add("none");
    return Promise.resolve();
  }
  // A null breaks its line up to the next point of that line, whatever others have between.
  const data = uPlot.join(chart.lines.map(l => [l.x, l.y]), chart.lines.map(() => [2, 2]));
  const bound = a => (u, low, high) => {
    const from = a.low ?? low, to = a.high ?? high;
    return to > from ? [from, to] : [from - 1, to + 1];
  };
  const zooms = chart.kind === "time";
  // What was zoomed to is shown as it is; all of it is the axis as it was given.
  const whole = a => (u, low, high) => low === u.data[0][0] && high === u.data[0][u.data[0].length - 1] ? [a.low, a.high] : [low, high];
  const series = [{}].concat(chart.lines.map(l => ({
    label: l.name, scale: "y", width: dense(l) ? 1.2 : l.style === "dashes" ? 1.5 : 2,
    stroke: () => l.style === "points" ? "transparent" : color(l.color),
    dash: l.style === "dashes" ? [4, 4] : dense(l) ? [] : dashes[l.color % 8],
    paths: zooms ? uPlot.paths.stepped({align: 1}) : undefined,
    pxAlign: zooms ? 1 : 0, // whole pixels make steps sharp and slopes jagged
    points: zooms || l.signs || l.style === "dashes" || chart.kind === "percentiles" && l.x.length > 8 ? {show: false} : {size: 5, fill: () => color(l.color), stroke: () => color(l.color)},
  })));
  const levels = chart.kind === "load" ? [...new Set(chart.lines[0].x)].sort((a, b) => a - b) : null;
  // told returns what lies under the mouse, in words.
  const told = u => {
    const i = u.cursor.idx, say = (l, v) => l.name + " " + show(chart.y.unit, v);
    if (i == null || u.cursor.left < 0) return [];
    if (zooms) {
      const x = u.posToVal(u.cursor.left, "x");
      const parts = chart.lines.map((l, j) => [l, stepAt(data[0], data[j + 1], x)]).filter(p => p[1] != null);
      return [show("s", x), ...parts.map(([l, at]) => say(l, data[chart.lines.indexOf(l) + 1][at]))];
    }
    if (levels) { // what was tried, not what lies between
      const away = v => Math.abs(u.valToPos(v, "x") - u.cursor.left);
      const x = levels.reduce((a, b) => away(b) < away(a) ? b : a);
      const parts = chart.lines.flatMap(l => l.signs ? l.y.filter((v, j) => l.x[j] === x && v != null).map(v => say(l, v)) :
        between(l, x) == null ? [] : [say(l, between(l, x))]);
      return [show(chart.x.unit, x), ...parts];
    }
    const parts = chart.lines.filter((l, j) => data[j + 1][i] != null).map(l => say(l, data[chart.lines.indexOf(l) + 1][i]));
    return [chart.x.unit === "p" ? percent(data[0][i]) : show(chart.x.unit, data[0][i]), ...parts];
  };
  // Half of the last label of the percentiles lies beyond the plot.
  const beyond = u => {
    if (chart.x.unit !== "p") return 18;
    u.ctx.font = font();
    return Math.max(18, Math.ceil(u.ctx.measureText(percent(10 ** Math.floor(Math.log10(chart.x.high * 1.001)))).width / 2) + 4);
  };
  return new Promise(done => {
    const u = new uPlot({
      width: plot.clientWidth, height: plot.clientHeight,
      legend: {show: false},
      cursor: {
        drag: {x: zooms, y: false, setScale: zooms}, points: {size: 8},
        dataIdx: (u, series, nearest, x) => series === 0 ? nearest : zooms ? stepAt(data[0], data[series], x) : data[series][nearest] == null ? null : nearest,
      },
      scales: {
        x: {time: false, distr: chart.x.log || chart.x.unit === "p" ? 3 : 1, range: zooms ? whole(chart.x) : bound(chart.x)},
        y: {distr: chart.y.log ? 3 : 1, range: bound(chart.y)},
      },
      axes: [axisOf("x", chart.x, 2, levels, (chart.marks || []).filter(m => m.style === "strong").map(m => m.at)), axisOf("y", chart.y, 3)],
      series,
      padding: [10 + markRow * (chart.marks || []).length, beyond, 0, 0],
      hooks: {
        drawClear: [under(chart)], draw: [over(chart)], ready: [done],
        setCursor: [u => { readout.textContent = told(u).join("   ·   "); }],
      },
    }, data, plot);
    charts.push(u);
    new ResizeObserver(() => {
      const width = plot.clientWidth, height = plot.clientHeight;
      if (width && height && (width !== u.width || height !== u.height)) u.setSize({width, height});
    }).observe(plot);
  });
};
const again = () => charts.forEach(u => u.redraw(false, true));

document.addEventListener("DOMContentLoaded", () => {
  const failed = [];
  Promise.all([...document.querySelectorAll(".chart")].map(box => {
    try { return draw(box); } catch (e) { failed.push(e); }
  })).then(() => {
    root.dataset.ready = "true";
    if (failed.length) throw failed[0];
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  // Paper is white, whatever the screen is, and nothing can be opened on it.
  let opened = [];
  addEventListener("beforeprint", () => {
    root.dataset.theme = "light";
    const closed = [...document.querySelectorAll("main details:not([open])")];
    closed.forEach(d => { d.open = true; });
    opened = opened.concat(closed);
    again();
  });
  addEventListener("afterprint", () => {
    delete root.dataset.theme;
    opened.forEach(d => { d.open = false; });
    opened = [];
    again();
  });
});
})();
