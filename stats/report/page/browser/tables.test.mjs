// The numbers in the tables of a report are those of its JSON summary, and what
// is shown of them is what they are, rounded.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { kinds, launch, openReport, reports } from './browser.mjs';
import { cellOf, numberIn, ratioIn, tablesOf } from './tables.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const opened = {};

// read returns the tables and the summary of a report.
async function read(kind) {
  if (!opened[kind]) {
    const { page } = await openReport(browser, kind);
    opened[kind] = {
      tables: await page.evaluate(tablesOf),
      answers: await page.locator('.answer').allInnerTexts(),
      summary: JSON.parse(await readFile(path.join(reports, `${kind}.json`), 'utf8')),
    };
    await page.context().close();
  }
  return opened[kind];
}

// shows checks that a cell shows a value, or a dash for one that is not known.
function shows(tables, where, value, parse = numberIn) {
  const { text, value: stated } = cellOf(tables, where);
  const what = `${JSON.stringify(where)}: ${text} is shown for ${value}`;
  if (value === null || value === undefined) {
    assert.equal(text, '-', what);
    return;
  }
  const shown = parse(text);
  assert.ok(shown, `${what}, which is no number`);
  // Half a digit that was rounded on its way, and floating point's own.
  assert.ok(Math.abs(shown.value - value) <= shown.within + Math.abs(value) * 1e-9, what);
  if (stated !== undefined) assert.equal(Number(stated), value, `${what}, and ${stated} is stated`);
}

for (const kind of Object.keys(kinds)) {
  test(`${kind}: what is shown is what is stated, rounded`, async () => {
    const { tables } = await read(kind);
    let checked = 0;
    for (const t of tables) {
      for (const row of t.rows) {
        for (const [column, cell] of Object.entries(row.cells)) {
          if (cell.value === undefined) continue;
          const what = `${t.caption}, ${row.label}, ${column}: ${cell.text} is shown for ${cell.value}`;
          const shown = numberIn(cell.text);
          assert.ok(shown, what);
          assert.ok(Math.abs(shown.value - Number(cell.value)) <= shown.within, what);
          checked++;
        }
      }
    }
    assert.ok(checked >= 10, `only ${checked} numbers are stated`);
  });
}

for (const kind of ['run', 'partial']) {
  test(`${kind}: tables`, async () => {
    const { tables, summary } = await read(kind);
    assert.equal(summary.series.length, 2);
    for (const s of summary.series) {
      const column = `${s.variant} (${s.mode})`;
      const service = s.latency_ns.service;
      const overview = { caption: s.op, column };
      shows(tables, { ...overview, row: 'attempts' }, s.attempts);
      shows(tables, { ...overview, row: 'operations/s' }, s.operations_per_second);
      shows(tables, { ...overview, row: 'goodput' }, s.goodput_bytes_per_second);
      for (const [row, key] of [['p50', 'p50'], ['p90', 'p90'], ['p99', 'p99'], ['p99.9', 'p99_9'], ['max', 'max']]) {
        shows(tables, { ...overview, row: `service ${row}` }, service[key]);
        shows(tables, { chart: 'percentiles', row, column }, service[key]);
      }
      shows(tables, { chart: 'percentiles', row: 'samples', column }, service.count);
      shows(tables, { chart: 'percentiles', row: 'mean', column }, service.mean);
      for (const phase of ['data_ready*', 'startup', 'ttfb', 'negotiate', 'command*', 'payload', 'finish']) {
        const l = s.latency_ns[phase.replace('*', '')];
        shows(tables, { caption: `${s.op} phases`, row: phase, column: `${column} / p50` }, l.p50);
        shows(tables, { caption: `${s.op} phases`, row: phase, column: `${column} / p99` }, l.p99);
      }
      let sum = 0;
      for (const [part, mean] of Object.entries(s.partition_mean_ns)) {
        shows(tables, { chart: 'partition', row: part, column: `${column} / time` }, mean);
        sum += mean;
      }
      shows(tables, { chart: 'partition', row: '= service', column: `${column} / time` }, sum);
    }
    for (const e of summary.errors) {
      const failures = tables.find((t) => t.caption === 'Failures by kind');
      const row = failures.rows.find((r) => r.label === String(e.count));
      assert.ok(row && Object.values(row.cells).some((c) => c.text.includes(e.example)), `no row of ${e.count} times ${e.example}`);
    }
  });

  test(`${kind}: the rates over time come to those of the summary`, async () => {
    const { tables, summary } = await read(kind);
    for (const [chart, column, of] of [['timeline-goodput', 'Goodput', 'goodput_bytes_per_second'], ['timeline-ops', 'Operations', 'operations_per_second']]) {
      const [table] = tables.filter((t) => t.chart === chart);
      for (const total of summary.totals) {
        let [sum, seconds] = [0, 0];
        for (const row of table.rows.filter((r) => r.cells.variant.text === total.variant && r.cells.stage.text === 'measured')) {
          const took = numberIn(row.cells.to.text).value / 1e9 - numberIn(row.label).value / 1e9;
          sum += numberIn(row.cells[column].text).value * took;
          seconds += took;
        }
        assert.ok(seconds > 0, `${chart}: nothing measured of ${total.variant}`);
        const off = sum / seconds / total[of] - 1;
        assert.ok(Math.abs(off) < 0.02, `${chart}: ${total.variant} comes to ${sum / seconds}, not ${total[of]}`);
        assert.ok(Math.abs(seconds - total.window_seconds) < 0.15, `${chart}: ${seconds} s of ${total.variant}, not ${total.window_seconds}`);
      }
    }
  });
}

test('compare: tables', async () => {
  const { tables, summary, answers } = await read('compare');
  const [against] = summary.comparisons;
  assert.ok(answers.some((a) => a.includes('SLOWER in goodput')), `the verdict is ${answers}`);
  for (const m of against.metrics) {
    const at = (column) => ({ caption: 'metrics', row: m.metric, column });
    shows(tables, at(against.base), m.base);
    shows(tables, at(against.variant), m.new);
    if (m.ratio === null || m.metric === 'errors.rate') continue;
    shows(tables, at('change'), m.ratio, ratioIn);
    const [low, high] = cellOf(tables, at('95% interval')).text.split(' to ');
    for (const [text, value] of [[low, m.low], [high, m.high]]) {
      const shown = ratioIn(text.trim());
      assert.ok(shown && Math.abs(shown.value - value) <= shown.within, `${m.metric}: an end of the interval is ${text}, not ${value}`);
    }
    assert.equal(cellOf(tables, at('verdict')).text, m.verdict === 'inconclusive' ? 'cannot tell' : m.verdict);
  }
});

test('capacity: tables', async () => {
  const { tables, summary, answers } = await read('capacity');
  const [result] = summary.results;
  assert.equal(result.capacity, 40);
  assert.ok(answers.some((a) => a.includes(result.headline)), `the verdict is ${answers}, not ${result.headline}`);
  // A level can come more than once: rows are held against steps in order.
  const [steps] = tables.filter((t) => t.caption === 'sessions');
  assert.equal(steps.rows.length, result.steps.length);
  result.steps.forEach((s, i) => {
    const row = steps.rows[i];
    const one = [{ ...steps, rows: [{ ...row, label: 'it' }] }];
    assert.equal(row.label, String(s.level));
    assert.equal(row.cells.purpose.text, s.purpose);
    assert.equal(row.cells.verdict.text, s.verdict);
    if (s.verdict === 'held') {
      shows(one, { row: 'it', column: 'ops/s' }, s.operations_per_second);
      shows(one, { row: 'it', column: 'MiB/s' }, s.goodput_bytes_per_second / 2 ** 20);
      shows(one, { row: 'it', column: 'p50 ms' }, s.service_p50_ns / 1e6);
      shows(one, { row: 'it', column: 'p99 ms' }, s.service_p99_ns && s.service_p99_ns / 1e6);
    }
  });
});
