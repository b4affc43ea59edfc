// Every chart that a report must have is drawn, in its variants' colours, and what
// an eye reads off it is what the summary says.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { kinds, launch, open, openReport, reports, settled } from './browser.mjs';
import { inkOf, rowsOf } from './ink.mjs';
import { numberIn, rateColumn, tablesOf } from './tables.mjs';
import { unreadable } from './words.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const summaryOf = async (kind) => JSON.parse(await readFile(path.join(reports, `${kind}.json`), 'utf8'));

// leastInk is how many pixels of one colour are a dot, and no accident.
const leastInk = 8;

// checkCanvas wants at least so many colours in the plot that are no greys: what
// is drawn, without the grid and the words.
function checkCanvas(canvas, colors, what) {
  assert.ok(canvas.width >= 250 && canvas.height >= 120, `${what}: ${canvas.width} by ${canvas.height} pixels`);
  const drawn = Object.entries(canvas.colors).filter(([color, n]) => {
    const channels = color.match(/\d+/g).map(Number);
    return n >= leastInk && Math.max(...channels) - Math.min(...channels) > 50;
  });
  assert.ok(drawn.length >= colors, `${what}: ${drawn.length} colours in the plot, not ${colors}: ${JSON.stringify(drawn)}`);
}

for (const [kind, charts] of Object.entries(kinds)) {
  test(`${kind}: charts are drawn, and again when it gets dark`, async () => {
    const { page } = await openReport(browser, kind);
    const figures = await page.locator('figure[data-chart]').all();
    const found = await Promise.all(figures.map((f) => f.getAttribute('data-chart')));
    for (const chart of charts) assert.ok(found.includes(chart), `no chart ${chart} among ${found}`);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await settled(page);
      for (const figure of figures) {
        const chart = `${await figure.getAttribute('data-chart')}, ${colorScheme}`;
        const { canvases, pictures } = await figure.evaluate(inkOf);
        const drawn = pictures.filter((p) => !p.class.includes('swatch'));
        assert.ok(canvases.length + drawn.length > 0, `${chart}: nothing there`);
        for (const c of canvases) checkCanvas(c, kind === 'capacity' || kind === 'blocked' ? 1 : 2, chart);
        for (const p of drawn) assert.ok(p.width >= 250 && p.marks.some((m) => m.width > 2 && m.height > 2), `${chart}: nothing drawn`);
        assert.ok(await figure.locator('figcaption').innerText(), `${chart}: no caption`);
        assert.ok((await figure.locator('details table').count()) > 0, `${chart}: no table`);
      }
    }
    await page.context().close();
  });

  test(`${kind}: the charts' words on a fine screen`, async () => {
    const { page } = await openReport(browser, kind, { deviceScaleFactor: 2 });
    assert.deepEqual(await page.evaluate(unreadable), []);
    await page.context().close();
  });
}

// scaleOf returns which value a row of a canvas stands for, from the words beside
// its axis, and what a tick's column is.
async function scaleOf(figure, chart = 0) {
  const canvas = figure.locator('canvas').nth(chart);
  const { plot } = (await figure.evaluate(inkOf)).canvases[chart];
  const words = await canvas.evaluate((c) => window.wordsOn(c));
  const ticks = words
    .filter((w) => w.right <= plot[0] && numberIn(w.text))
    .map((w) => ({ value: numberIn(w.text).value, at: (w.top + w.bottom) / 2 }))
    .sort((a, b) => a.value - b.value);
  assert.ok(ticks.length >= 3, `only ${ticks.length} ticks`);
  // On a linear scale the rows of the ticks lie as their values do.
  const [low, middle, high] = [ticks[0], ticks[Math.floor(ticks.length / 2)], ticks.at(-1)];
  const share = (a, b, c) => (b - a) / (c - a);
  const linear = Math.abs(share(low.at, middle.at, high.at) - share(low.value, middle.value, high.value)) < 0.02;
  const [to, from] = linear ? [(v) => v, (v) => v] : [Math.log, Math.exp];
  const perRow = (to(high.value) - to(low.value)) / (high.at - low.at);
  return {
    canvas, plot,
    valueAt: (row) => from(to(low.value) + (row - low.at) * perRow),
    columnOf: (text) => {
      const tick = words.find((w) => w.text === text && w.top > plot[1] + plot[3]);
      assert.ok(tick, `no tick ${text} among ${words.map((w) => w.text)}`);
      return Math.round((tick.left + tick.right) / 2);
    },
  };
}

// near checks that a value is among those of some rows, a few more on either side.
function near(scale, rows, value, what) {
  assert.ok(rows, `${what}: nothing drawn`);
  const [low, high] = [scale.valueAt(rows.bottom + 4), scale.valueAt(rows.top - 4)];
  assert.ok(value >= low && value <= high, `${what}: drawn from ${low} to ${high}, which leaves out ${value}`);
}

for (const kind of ['run', 'compare', 'partial']) {
  test(`${kind}: the lines by percentile pass where the summary says`, async () => {
    const { page } = await openReport(browser, kind);
    const [table] = (await page.evaluate(tablesOf)).filter((t) => t.chart === 'percentiles');
    const scale = await scaleOf(page.locator('figure[data-chart=percentiles]').first());
    for (const [variant, column] of table.columns.entries()) {
      for (const [row, tick] of [['p50', '50%'], ['p90', '90%'], ['p99', '99%']]) {
        const { value } = table.rows.find((r) => r.label === row).cells[column];
        if (value === undefined) continue;
        const at = scale.columnOf(tick);
        const rows = await scale.canvas.evaluate(rowsOf, { variant, plot: scale.plot, from: at - 6, to: at + 6 });
        near(scale, rows, Number(value), `${column} ${row}`);
      }
    }
    await page.context().close();
  });

  test(`${kind}: the lines over time are as high as the tables say`, async () => {
    const { page } = await openReport(browser, kind);
    const tables = await page.evaluate(tablesOf);
    for (const chart of ['timeline-goodput', 'timeline-ops']) {
      const [table] = tables.filter((t) => t.chart === chart);
      const column = rateColumn(table);
      const scale = await scaleOf(page.locator(`figure[data-chart=${chart}]`));
      const legend = await page.locator(`figure[data-chart=${chart}] .legend li`).allInnerTexts();
      for (const name of new Set(table.rows.map((r) => r.cells.variant.text))) {
        const values = table.rows.filter((r) => r.cells.variant.text === name && r.cells[column].value !== undefined).map((r) => Number(r.cells[column].value));
        const rows = await scale.canvas.evaluate(rowsOf, { variant: legend.indexOf(name), plot: scale.plot });
        for (const v of [Math.min(...values), Math.max(...values)]) near(scale, rows, v, `${chart}, ${name}`);
        const drawn = scale.valueAt(rows.top);
        // Rows of the table may stand for several points: their highest is higher.
        assert.ok(drawn < Math.max(...values) * 1.3, `${chart}, ${name}: drawn up to ${drawn}`);
      }
    }
    await page.context().close();
  });

  test(`${kind}: the bars are as long as the means`, async () => {
    const { page } = await openReport(browser, kind);
    const figure = page.locator('figure[data-chart=partition]').first();
    const { pictures } = await figure.evaluate(inkOf);
    const tracks = pictures.filter((p) => p.class.includes('track'));
    const [table] = (await page.evaluate(tablesOf)).filter((t) => t.chart === 'partition');
    const columns = table.columns.filter((c) => c.endsWith(' / time') && !c.startsWith('difference'));
    assert.equal(tracks.length, columns.length);
    const mean = (column, row) => Number(table.rows.find((r) => r.label === row).cells[column].value);
    const most = Math.max(...columns.map((c) => mean(c, '= service')));
    columns.forEach((column, i) => {
      const parts = table.rows.filter((r) => r.label !== '= service' && Number(r.cells[column].value) > 0);
      assert.equal(tracks[i].marks.length, parts.length);
      parts.forEach((part, j) => {
        const want = (mean(column, part.label) / most) * tracks[i].width;
        // A mark is drawn with a line around it.
        assert.ok(Math.abs(tracks[i].marks[j].width - want) < 3, `${column} ${part.label}: ${tracks[i].marks[j].width} pixels, not ${want}`);
      });
    });
    await page.context().close();
  });
}

test('run: what lies under the mouse is told in words', async () => {
  const { page, wrong } = await openReport(browser, 'run');
  for (const figure of await page.locator('figure[data-chart]:has(canvas)').all()) {
    const plot = figure.locator('.u-over').first();
    await plot.scrollIntoViewIfNeeded();
    await plot.hover();
    const said = await figure.locator('.readout').first().textContent();
    assert.match(said, /passive.*\d.*active.*\d/, await figure.getAttribute('data-chart'));
  }
  // In each second it is what that second's row says, wherever in it the mouse is.
  const tables = await page.evaluate(tablesOf);
  for (const chart of ['timeline-goodput', 'timeline-ops']) {
    const figure = page.locator(`figure[data-chart=${chart}]`);
    const [table] = tables.filter((t) => t.chart === chart);
    const column = rateColumn(table);
    const { columnOf, plot } = await scaleOf(figure);
    const [zero, second] = [columnOf('0 s'), columnOf('1 s') - columnOf('0 s')];
    const over = figure.locator('.u-over').first();
    for (const at of [0.3, 0.7, 1.3, 1.7, 2.3, 2.7]) {
      await over.hover({ position: { x: zero - plot[0] + at * second, y: 40 } });
      const said = await figure.locator('.readout').first().textContent();
      for (const name of ['passive', 'active']) {
        const row = table.rows.find((r) => r.cells.variant.text === name && numberIn(r.label).value <= at * 1e9 && numberIn(r.cells.to.text).value > at * 1e9);
        const shown = numberIn(new RegExp(`${name} ([\\d.,]+ ?\\S+)`).exec(said)?.[1] ?? '');
        assert.ok(shown && Math.abs(shown.value - Number(row.cells[column].value)) <= shown.within, `${chart} at ${at} s: ${said}, but ${name} had ${row.cells[column].text}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
  await page.context().close();
});

test('compare: nothing is told of a line that has ended', async () => {
  const { page } = await openReport(browser, 'compare');
  const figure = page.locator('figure[data-chart=percentiles]').first();
  const over = figure.locator('.u-over');
  const { width } = await over.boundingBox();
  const said = async (x) => {
    await over.hover({ position: { x, y: 40 } });
    return figure.locator('.readout').textContent();
  };
  // active has fewer samples, and with them fewer percentiles.
  assert.match(await said(width / 2), /passive.*active/);
  const last = await said(width - 2);
  assert.match(last, /passive/);
  assert.doesNotMatch(last, /active/);
  await page.context().close();
});

test('capacity: what lies under the mouse is told of levels that were tried', async () => {
  const { page } = await openReport(browser, 'capacity');
  const { results: [{ steps }] } = await summaryOf('capacity');
  const figure = page.locator('figure[data-chart=capacity]');
  const { columnOf, plot } = await scaleOf(figure);
  for (const s of steps.filter((x) => x.verdict === 'held')) {
    // A little beside it nothing was tried either.
    await figure.locator('.u-over').first().hover({ position: { x: columnOf(String(s.level)) - plot[0] - 3, y: 40 } });
    const said = await figure.locator('.readout').first().textContent();
    const [level, ...values] = said.split('·').map((part) => part.trim());
    assert.equal(level, String(s.level));
    const shown = values.filter((v) => v.startsWith('operations per second')).map((v) => numberIn(v.split(' ').at(-1)));
    assert.ok(shown.some((v) => Math.abs(v.value - s.operations_per_second) <= v.within), `${said}, but the step has ${s.operations_per_second}`);
  }
  await page.context().close();
});

test('capacity: a dot for each level that was held, where its step says', async () => {
  const { page } = await openReport(browser, 'capacity');
  const { results: [{ steps }] } = await summaryOf('capacity');
  const figure = page.locator('figure[data-chart=capacity]');
  for (const [chart, value] of [(s) => s.operations_per_second, (s) => s.service_p99_ns].entries()) {
    const scale = await scaleOf(figure, chart);
    for (const s of steps.filter((x) => x.verdict === 'held' && value(x) !== null)) {
      const at = scale.columnOf(String(s.level));
      const rows = await scale.canvas.evaluate(rowsOf, { variant: 0, plot: scale.plot, from: at - 6, to: at + 6 });
      near(scale, rows, value(s), `${s.level} sessions`);
    }
  }
  await page.context().close();
});

test('compare: a dot for each pair, in its place', async () => {
  const { page } = await openReport(browser, 'compare');
  const { comparisons: [{ metrics }] } = await summaryOf('compare');
  const primary = metrics.filter((m) => m.primary);
  const figures = await page.locator('figure[data-chart=pairs]').all();
  assert.equal(figures.length, primary.length);
  for (const [i, m] of primary.entries()) {
    const { pictures } = await figures[i].evaluate(inkOf);
    const dots = pictures.flatMap((p) => p.marks).filter((x) => x.tag === 'circle');
    const logs = m.base_values.map((base, k) => Math.log(m.new_values[k] / base));
    assert.equal(dots.length, logs.length);
    // They lie as the ratios or their logarithms do, from either side.
    const [first, last] = [logs.indexOf(Math.min(...logs)), logs.indexOf(Math.max(...logs))];
    const place = (of) => logs.map((_, k) => (of(k) - of(first)) / (of(last) - of(first)));
    const seen = place((k) => dots[k].x);
    for (const [k, v] of place((j) => logs[j]).entries()) assert.ok(Math.abs(seen[k] - v) < 0.05, `${m.metric}: pair ${k + 1} is at ${seen[k]}, not ${v}`);
  }
  await page.context().close();
});

test('an empty chart is noticed', async () => {
  const file = path.join(reports, 'empty.html');
  await writeFile(file, `<!doctype html><link rel="icon" href="data:,"><figure data-chart="x"><canvas width=600 height=200></canvas></figure>
    <script>const c = document.querySelector('canvas').getContext('2d'); c.fillStyle = '#fff'; c.fillRect(0, 0, 600, 200);
    c.strokeStyle = '#ccc'; for (let y = 20; y < 200; y += 20) { c.moveTo(0, y); c.lineTo(600, y); } c.stroke();
    document.documentElement.dataset.ready = 'true';</script>`);
  const { page } = await open(browser, file);
  const figure = page.locator('figure');
  const { canvases } = await figure.evaluate(inkOf);
  assert.throws(() => checkCanvas(canvases[0], 1, 'x'), /0 colours/);
  await page.evaluate(() => {
    const c = document.querySelector('canvas').getContext('2d');
    c.fillStyle = '#c33';
    c.fillRect(10, 10, 40, 3);
  });
  checkCanvas((await figure.evaluate(inkOf)).canvases[0], 1, 'x');
  await page.evaluate(() => {
    const c = document.querySelector('canvas').getContext('2d');
    for (const [text, x, y] of [['first', 100, 50], ['second', 110, 52], ['cut', 595, 100]]) c.fillText(text, x, y);
  });
  assert.deepEqual(await page.evaluate(unreadable), ['x: "cut" is cut off', 'x: "first" and "second" lie over each other']);
  await page.context().close();
});
