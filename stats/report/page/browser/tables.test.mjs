// The numbers in the tables of a report are those of its JSON summary, and what
// is shown of them is what they are, rounded.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { kinds, launch, openReport, reports } from './browser.mjs';
import { numberIn, tablesOf } from './tables.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const pages = {};
async function read(kind) {
  if (!pages[kind]) {
    const { page } = await openReport(browser, kind);
    pages[kind] = {
      tables: await page.evaluate(tablesOf),
      summary: JSON.parse(await readFile(path.join(reports, `${kind}.json`), 'utf8')),
    };
    await page.context().close();
  }
  return pages[kind];
}

for (const kind of Object.keys(kinds)) {
  test(`${kind}: what is shown is what is stated, rounded`, async () => {
    const { tables } = await read(kind);
    let checked = 0;
    for (const t of tables) {
      for (const row of t.rows) {
        for (const cell of row.cells) {
          if (cell.value === undefined) continue;
          const shown = numberIn(cell.text);
          assert.ok(shown, `${t.caption}, ${row.label}: ${cell.text} is no number, but ${cell.value} is stated`);
          assert.ok(Math.abs(shown.value - Number(cell.value)) <= shown.within, `${t.caption}, ${row.label}: ${cell.text} is not ${cell.value}`);
          checked++;
        }
      }
    }
    assert.ok(checked >= 20, `only ${checked} numbers`);
  });
}
