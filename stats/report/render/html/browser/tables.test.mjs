// The numbers in the tables of a report are those of its JSON summary, and what
// is shown of them is what they are, rounded.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { kinds, launch, openReport, reports } from './browser.mjs';
import { cellOf, numberIn, rateColumn, ratioIn, tablesOf, unitOf } from './tables.mjs';

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

// meant returns what a cell shows, in the unit of the JSON report: bare numbers
// are in that of the column, and what is in brackets behind a number goes with it.
function meant(column, text) {
  if (column === 'change') return ratioIn(text.replace(/ \(.*\)$/, ''));
  return numberIn(/[a-zµ%]/i.test(text) ? text : `${text} ${unitOf(column)}`.trim());
}

// shows checks that a cell shows a value, or a dash for one that is not known.
function shows(tables, where, value) {
  const { text, value: stated } = cellOf(tables, where);
  const what = `${JSON.stringify(where)}: ${text} is shown for ${value}`;
  if (value === null || value === undefined) {
    assert.equal(text, '-', what);
    return;
  }
  const shown = meant(where.column, text);
  assert.ok(shown, `${what}, which is no number`);
  assert.ok(Math.abs(shown.value - value) <= shown.within + Math.abs(value) * 1e-9, what);
  if (stated !== undefined) assert.ok(Math.abs(Number(stated) - value) <= Math.abs(value) * 1e-9, `${what}, and ${stated} is stated`);
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
          const shown = meant(column, cell.text);
          assert.ok(shown, what);
          // The one time that the JSON report has in seconds.
          const value = Number(cell.value) * (row.label === 'CPU time' ? 1e9 : 1);
          assert.ok(Math.abs(shown.value - value) <= shown.within, what);
          checked++;
        }
      }
    }
    assert.ok(checked >= 30, `only ${checked} numbers are stated`);
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
    for (const [chart, of] of [['timeline-goodput', 'goodput_bytes_per_second'], ['timeline-ops', 'operations_per_second']]) {
      const [table] = tables.filter((t) => t.chart === chart);
      const column = rateColumn(table);
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
  const median = (name) => `median of the trials / ${name}`;
  for (const m of against.metrics) {
    const at = (column) => ({ caption: 'metrics', row: m.metric, column });
    shows(tables, at(median(against.base)), m.base);
    shows(tables, at(median(against.variant)), m.new);
    shows(tables, at('p'), m.primary ? m.p : m.p_adjusted);
    assert.equal(cellOf(tables, at('verdict')).text, m.verdict === 'inconclusive' ? 'cannot tell' : m.verdict);
    if (m.metric === 'errors.rate') continue; // a difference, in percentage points
    shows(tables, at('change'), m.ratio);
    const ends = cellOf(tables, at('95% interval')).text.split(' to ').map((text) => ratioIn(text.trim()));
    [m.low, m.high].forEach((value, i) => {
      assert.ok(ends[i] && Math.abs(ends[i].value - value) <= ends[i].within, `${m.metric}: an end of the interval is ${ends[i]?.value}, not ${value}`);
    });
  }
  // The pairs of the charts are those of the summary, the base first.
  for (const m of against.metrics.filter((x) => x.primary)) {
    const caption = `${m.metric} of each pair`;
    m.base_values.forEach((base, i) => {
      shows(tables, { caption, row: String(i + 1), column: against.base }, base);
      shows(tables, { caption, row: String(i + 1), column: against.variant }, m.new_values[i]);
      shows(tables, { caption, row: String(i + 1), column: 'change' }, m.new_values[i] / base);
    });
    shows(tables, { caption, row: 'median', column: 'change' }, m.ratio);
  }
  for (const o of against.operations) {
    for (const p of o.phases) {
      const row = ['data_ready', 'command'].includes(p.phase) ? `${p.phase}*` : p.phase;
      const at = (column) => ({ caption: `${o.op} phases`, row, column });
      shows(tables, at(`p50 of the trials / ${against.base}`), p.base_p50_ns);
      shows(tables, at(`p50 of the trials / ${against.variant}`), p.new_p50_ns);
      shows(tables, at('shift'), p.shift_ns);
    }
  }
  // What is drawn has the base first, and a difference is that of the variant.
  const order = (chart) => tables.find((t) => t.chart === chart).columns.map((c) => c.split(' ')[0]);
  assert.deepEqual(order('percentiles').slice(0, 2), [against.base, against.variant]);
  assert.equal(order('partition')[0], against.base);
  const service = tables.find((t) => t.chart === 'partition').rows.find((r) => r.label === '= service').cells;
  const [base, variant] = [against.base, against.variant].map((name) => Number(Object.entries(service).find(([c]) => c.startsWith(`${name} `))[1].value));
  shows(tables, { chart: 'partition', row: '= service', column: 'difference / time' }, variant - base);
});

test('capacity: tables', async () => {
  const { tables, summary, answers } = await read('capacity');
  const [result] = summary.results;
  assert.equal(result.capacity, 40);
  // It begins a sentence on the page.
  assert.ok(answers.some((a) => a.toLowerCase().includes(result.headline.toLowerCase())), `the verdict is ${answers}, not ${result.headline}`);
  // A level can come more than once: rows are held against steps in order.
  const [steps] = tables.filter((t) => t.caption === 'sessions');
  assert.equal(steps.rows.length, result.steps.length);
  result.steps.forEach((s, i) => {
    const row = steps.rows[i];
    const one = [{ ...steps, rows: [{ ...row, label: 'it' }] }];
    assert.equal(row.label, String(s.level));
    assert.equal(row.cells.purpose.text, s.purpose);
    assert.equal(row.cells.verdict.text, s.verdict);
    if (s.verdict !== 'held') return;
    shows(one, { row: 'it', column: 'ops/s' }, s.operations_per_second);
    shows(one, { row: 'it', column: 'MiB/s' }, s.goodput_bytes_per_second);
    shows(one, { row: 'it', column: 'p50 ms' }, s.service_p50_ns);
    shows(one, { row: 'it', column: 'p99 ms' }, s.service_p99_ns);
  });
});
