// Tells a chart that was drawn from an empty one by its pixels and boxes. These
// functions run in the page.

// inkOf returns what is drawn in a figure: for each canvas the colours in its
// plot area, that of uPlot where there is one, and for each SVG the boxes of its
// marks.
export function inkOf(figure) {
  const canvases = [...figure.querySelectorAll('canvas')].map((canvas) => {
    const over = canvas.parentElement.querySelector('.u-over') ?? canvas;
    const [c, o] = [canvas.getBoundingClientRect(), over.getBoundingClientRect()];
    const scale = canvas.width / c.width;
    const box = [o.left - c.left, o.top - c.top, o.width, o.height].map((v) => Math.round(v * scale));
    const { data } = canvas.getContext('2d').getImageData(...box);
    // Of opaque pixels only: the edges of lines are mixtures.
    const counts = new Map();
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] < 250) continue;
      const color = `rgb(${data[i]}, ${data[i + 1]}, ${data[i + 2]})`;
      counts.set(color, (counts.get(color) ?? 0) + 1);
    }
    return { width: c.width, height: c.height, plot: box, colors: Object.fromEntries(counts) };
  });
  const pictures = [...figure.querySelectorAll('svg')].map((svg) => {
    const b = svg.getBoundingClientRect();
    const marks = [...svg.querySelectorAll('rect, circle, path, line')].map((m) => {
      const { x, y, width, height } = m.getBoundingClientRect();
      return { tag: m.tagName, class: m.getAttribute('class') ?? '', x, y, width, height, fill: getComputedStyle(m).fill };
    });
    return { width: b.width, height: b.height, marks };
  });
  return { canvases, pictures };
}
