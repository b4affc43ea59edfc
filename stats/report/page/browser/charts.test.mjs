// Every chart that a report must have is drawn, in the colours of its legend.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { kinds, launch, open, openReport, reports } from './browser.mjs';
import { inkOf } from './ink.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const summaryOf = async (kind) => JSON.parse(await readFile(path.join(reports, `${kind}.json`), 'utf8'));

// chromatic returns how many pixels have each colour that is no grey: what is
// drawn, without the grid and the words.
function chromatic(colors) {
  return Object.entries(colors).filter(([color]) => {
    const [r, g, b] = color.match(/\d+/g).map(Number);
    return Math.max(r, g, b) - Math.min(r, g, b) > 50;
  });
}

// leastInk is how many pixels of one colour are a line or dots, and no accident.
const leastInk = 20;

function checkCanvas(canvas, colors, what) {
  assert.ok(canvas.width >= 300 && canvas.height >= 120, `${what}: ${canvas.width} by ${canvas.height} pixels`);
  const drawn = chromatic(canvas.colors).filter(([, n]) => n >= leastInk);
  assert.ok(drawn.length >= colors, `${what}: ${drawn.length} colours in the plot, not ${colors}: ${JSON.stringify(drawn)}`);
}

for (const scheme of ['light', 'dark']) {
  for (const [kind, charts] of Object.entries(kinds)) {
    test(`${kind}, ${scheme}: charts`, async () => {
      const { page } = await openReport(browser, kind, { colorScheme: scheme });
      const figures = await page.locator('figure[data-chart]').all();
      const found = await Promise.all(figures.map((f) => f.getAttribute('data-chart')));
      for (const chart of charts) assert.ok(found.includes(chart), `no chart ${chart} among ${found}`);
      for (const figure of figures) {
        const chart = await figure.getAttribute('data-chart');
        const ink = await figure.evaluate(inkOf);
        assert.ok(ink.canvases.length + ink.pictures.length > 0, `${chart}: nothing drawn`);
        const variants = kind === 'capacity' ? 1 : 2;
        for (const canvas of ink.canvases) checkCanvas(canvas, variants, chart);
        assert.ok(await figure.locator('figcaption').innerText(), `${chart}: no caption`);
        assert.ok((await figure.locator('details table').count()) > 0, `${chart}: no table`);
      }
      await page.context().close();
    });
  }
}

test('an empty chart is noticed', async () => {
  const file = path.join(reports, 'empty.html');
  await writeFile(file, `<!doctype html><link rel="icon" href="data:,"><figure data-chart="x"><canvas width=600 height=200></canvas></figure>
    <script>const c = document.querySelector('canvas').getContext('2d'); c.fillStyle = '#fff'; c.fillRect(0, 0, 600, 200);
    c.strokeStyle = '#ccc'; for (let y = 20; y < 200; y += 20) { c.moveTo(0, y); c.lineTo(600, y); } c.stroke();
    document.documentElement.dataset.ready = 'true';</script>`);
  const { page } = await open(browser, file);
  const { canvases } = await page.locator('figure').evaluate(inkOf);
  assert.throws(() => checkCanvas(canvases[0], 1, 'x'), /0 colours/);
  await page.evaluate(() => {
    const c = document.querySelector('canvas').getContext('2d');
    c.fillStyle = '#c33';
    c.fillRect(10, 10, 40, 3);
  });
  checkCanvas((await page.locator('figure').evaluate(inkOf)).canvases[0], 1, 'x');
  await page.context().close();
});
