// Reads the tables of a page, and the numbers in them as a reader would.

// tablesOf returns the tables of the page it runs in: caption, section, heads
// and rows, each with a label and cells {text, value}, the value being what the
// page states for programs.
export function tablesOf() {
  // Words beside a label and marks behind a number are no part of it.
  const text = (e) => {
    const copy = e?.cloneNode(true);
    copy?.querySelectorAll('.about, .mark').forEach((x) => x.remove());
    return (copy?.textContent ?? '').replace(/\s+/g, ' ').trim();
  };
  return [...document.querySelectorAll('table')].map((table) => ({
    caption: text(table.caption),
    section: text(table.closest('section')?.querySelector('h2, h3')),
    figure: table.closest('[data-chart]')?.dataset.chart ?? '',
    heads: [...(table.tHead?.rows ?? [])].map((r) => [...r.cells].map(text)),
    rows: [...table.tBodies].flatMap((body) =>
      [...body.rows].map((r) => ({
        label: text(r.querySelector('th')),
        cells: [...r.querySelectorAll('td')].map((c) => ({ text: text(c), value: c.querySelector('data')?.value })),
      })),
    ),
  }));
}

// sizes are what the units of reports stand for, in those of the JSON report.
const sizes = {
  '': 1, '/s': 1, B: 1, ns: 1, 'µs': 1e3, ms: 1e6, s: 1e9, '%': 0.01, pp: 0.01,
  KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40, 'B/s': 1, 'KiB/s': 2 ** 10, 'MiB/s': 2 ** 20, 'GiB/s': 2 ** 30, 'TiB/s': 2 ** 40,
};

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
