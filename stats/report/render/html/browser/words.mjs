// Notes the words that are drawn on canvases, since nothing else in a page knows
// of them: whether they lie over each other or were cut off.

// noteWords is run in a page before its own scripts.
export function noteWords() {
  const { fillText, clearRect } = CanvasRenderingContext2D.prototype;
  const words = new WeakMap();
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
    fillText.call(this, text, x, y, ...rest);
    const m = this.measureText(text);
    const corners = [
      [x - m.actualBoundingBoxLeft, y - m.actualBoundingBoxAscent], [x + m.actualBoundingBoxRight, y - m.actualBoundingBoxAscent],
      [x - m.actualBoundingBoxLeft, y + m.actualBoundingBoxDescent], [x + m.actualBoundingBoxRight, y + m.actualBoundingBoxDescent],
    ].map(([a, b]) => this.getTransform().transformPoint(new DOMPoint(a, b)));
    const xs = corners.map((p) => p.x), ys = corners.map((p) => p.y);
    const at = { text, left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
    if (!words.has(this.canvas)) words.set(this.canvas, []);
    if (text.trim()) words.get(this.canvas).push(at);
  };
  // Whatever is drawn anew begins with an empty canvas.
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    clearRect.apply(this, box);
    words.delete(this.canvas);
  };
  window.wordsOn = (canvas) => words.get(canvas) ?? [];
}

// unreadable returns what is wrong with the words on a page's canvases.
export function unreadable() {
  return [...document.querySelectorAll('canvas')].flatMap((canvas) => {
    const words = window.wordsOn(canvas);
    const chart = canvas.closest('[data-chart]')?.dataset.chart;
    const seen = words.filter((w) => w.right > 0 && w.bottom > 0 && w.left < canvas.width && w.top < canvas.height);
    const cut = seen.filter((w) => w.left < -1 || w.top < -1 || w.right > canvas.width + 1 || w.bottom > canvas.height + 1);
    const over = seen.flatMap((w, i) => seen.slice(i + 1)
      .filter((v) => w.left < v.right - 1 && v.left < w.right - 1 && w.top < v.bottom - 1 && v.top < w.bottom - 1)
      .map((v) => `${chart}: "${w.text}" and "${v.text}" lie over each other`));
    return [...(seen.length ? [] : [`${chart}: no words`]), ...cut.map((w) => `${chart}: "${w.text}" is cut off`), ...over];
  });
}
