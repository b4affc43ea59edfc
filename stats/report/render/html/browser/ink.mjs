// Tells a chart that was drawn from an empty one by its pixels and boxes, and
// reads values off it as an eye does. These functions run in the page.

// inkOf returns what is drawn in a figure: for each canvas its plot area, within
// uPlot's axes, and how many pixels of each opaque colour are there; for each SVG
// the boxes of its marks.
export function inkOf(figure) {
  const canvases = [...figure.querySelectorAll('canvas')].map((canvas) => {
    const over = canvas.parentElement.querySelector('.u-over') ?? canvas;
    const [c, o] = [canvas.getBoundingClientRect(), over.getBoundingClientRect()];
    const scale = canvas.width / c.width;
    const plot = [o.left - c.left, o.top - c.top, o.width, o.height].map((v) => Math.round(v * scale));
    const { data } = canvas.getContext('2d').getImageData(...plot);
    const colors = {};
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] < 250) continue;
      const color = `rgb(${data[i]}, ${data[i + 1]}, ${data[i + 2]})`;
      colors[color] = (colors[color] ?? 0) + 1;
    }
    return { width: c.width, height: c.height, plot, colors };
  });
  const pictures = [...figure.querySelectorAll('svg')].map((svg) => {
    const marks = [...svg.querySelectorAll('rect, circle, line')].map((m) => {
      const { x, y, width, height } = m.getBoundingClientRect();
      return { tag: m.tagName, class: m.getAttribute('class') ?? '', x, y, width, height };
    });
    const { width, height } = svg.getBoundingClientRect();
    return { class: svg.getAttribute('class') ?? '', width, height, marks };
  });
  return { canvases, pictures };
}

// rowsOf returns the first and the last row of a canvas in which a variant's
// colour is, between two columns of its plot area, or null.
export function rowsOf(canvas, { variant, plot: [x, y, width, height], from = x, to = x + width }) {
  const context = canvas.getContext('2d');
  context.save();
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(`--v${variant}`).trim();
  const want = [1, 3, 5].map((i) => parseInt(context.fillStyle.slice(i, i + 2), 16));
  context.restore();
  const [left, columns] = [Math.max(from, x), Math.min(to, x + width) - Math.max(from, x)];
  const { data } = context.getImageData(left, y, columns, height);
  const rows = [];
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] > 250 && want.every((v, j) => data[i + j] === v)) rows.push(y + Math.floor(i / 4 / columns));
  }
  return rows.length ? { top: rows[0], bottom: rows.at(-1) } : null;
}
