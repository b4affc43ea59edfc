// Reads the tables of a page, and the numbers in them as a reader would.

// tablesOf returns the tables of the page it runs in: caption, chart, columns and
// rows. A column is its head, with that of its group and " / " before it if it
// has one. A row has a label and, by column, cells {text, value}, the value being
// what the page states for programs.
export function tablesOf() {
  // Words beside a label and marks behind a number are no part of it.
  const text = (e) => {
    const copy = e?.cloneNode(true);
    copy?.querySelectorAll('.about, .mark').forEach((x) => x.remove());
    return (copy?.textContent ?? '').replace(/\s+/g, ' ').trim();
  };
  const spread = (row) => [...row.cells].flatMap((c) => Array(c.colSpan).fill(text(c)));
  return [...document.querySelectorAll('table')].map((table) => {
    const heads = [...(table.tHead?.rows ?? [])].map(spread);
    const columns = (heads[0] ?? []).map((_, i) => heads.map((h) => h[i]).filter(Boolean).join(' / ')).slice(1);
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]).map((row) => {
      const cells = [...row.querySelectorAll('td')].map((c) => ({ text: text(c), value: c.querySelector('data')?.value }));
      return { label: text(row.querySelector('th')), cells: Object.fromEntries(cells.map((c, i) => [columns[i] ?? `column ${i}`, c])) };
    });
    return { caption: text(table.caption), chart: table.closest('[data-chart]')?.dataset.chart ?? '', columns, rows };
  });
}

// cellOf returns a cell, or fails with what there is.
export function cellOf(tables, { caption, chart, row, column }) {
  const found = tables.filter((t) => (caption === undefined || t.caption === caption) && (chart === undefined || t.chart === chart));
  const tried = [];
  for (const t of found) {
    const cell = t.rows.find((r) => r.label === row)?.cells[column];
    if (cell) return cell;
    tried.push(`${t.caption}: columns ${t.columns.join(' | ')}, rows ${t.rows.map((r) => r.label).join(' | ')}`);
  }
  const all = tables.map((t) => `${t.chart} ${t.caption}`).join(' | ');
  throw new Error(`no cell ${row}, ${column} in ${caption ?? chart}: ${tried.join('; ') || `no such table among ${all}`}`);
}

// rateColumn returns the column of a table over time that has the rates.
export function rateColumn(table) {
  return table.columns.find((c) => !['to', 'variant', 'trial', 'stage', 'failed'].includes(c));
}

// sizes are what the units of reports stand for, in those of the JSON report.
const sizes = {
  '': 1, '/s': 1, CPUs: 1, B: 1, ns: 1, 'µs': 1e3, ms: 1e6, s: 1e9, '%': 0.01, pp: 0.01,
  KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40, 'B/s': 1, 'KiB/s': 2 ** 10, 'MiB/s': 2 ** 20, 'GiB/s': 2 ** 30, 'TiB/s': 2 ** 40,
};

// unitOf returns what a column's head says that its bare numbers are in.
export function unitOf(column) {
  return /(?:^| )(\S+)$/.exec(column)?.[1] in sizes ? column.slice(column.lastIndexOf(' ') + 1) : '';
}

// numberIn returns the number that a text shows and by how much it may be off
// for having been rounded, or null where it shows none, such as "-". Marks
// behind it, such as "?", are passed over.
export function numberIn(text) {
  const found = /^([+-]?)([\d,]+)(?:\.(\d+))?(?: ?([^\s\d?~*]\S*?))?[?~*]*$/.exec(text);
  if (!found) return null;
  const [, sign, whole, part = '', unit = ''] = found;
  if (!(unit in sizes)) return null;
  const size = sizes[unit];
  const value = Number(`${sign}${whole.replaceAll(',', '')}.${part || 0}`) * size;
  return { value, within: 0.5000001 * 10 ** -part.length * size };
}

// ratioIn returns the ratio that a change shows, such as 0.9 for "-10.0%" and 2
// for "x2.00", and by how much it may be off.
export function ratioIn(text) {
  const factor = /^x(.*)$/.exec(text);
  if (factor) return numberIn(factor[1]);
  if (text === '~0%') return { value: 1, within: 0.0005 };
  const change = numberIn(text);
  return change && text.endsWith('%') ? { value: 1 + change.value, within: change.within } : null;
}
