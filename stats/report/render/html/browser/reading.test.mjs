// A report can be read by whoever opens it: on a narrow screen, in the dark, on
// paper, by keyboard, with a screen reader and without scripts.
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { kinds, launch, openReport, settled, shots } from './browser.mjs';
import { unreadable } from './words.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser;
before(async () => {
  browser = await launch();
  await mkdir(shots, { recursive: true });
});
after(() => browser?.close());

const shot = (page, name) => page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });

// overflowing returns what reaches beyond the window to the right, apart from
// what a box of its own scrolls.
function overflowing() {
  const width = document.documentElement.clientWidth;
  const scrolled = (e) => e && (/auto|scroll|hidden/.test(getComputedStyle(e).overflowX) || scrolled(e.parentElement));
  const wide = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > width + 1 && !scrolled(e));
  if (document.documentElement.scrollWidth > width) wide.push(document.documentElement);
  return wide.map((e) => `${e.tagName}.${e.getAttribute('class') ?? ''} ${e.textContent.slice(0, 40)}`);
}

for (const kind of Object.keys(kinds)) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${kind}, ${colorScheme}: fits, and axe has nothing to say`, async () => {
      const { page, wrong } = await openReport(browser, kind, { colorScheme });
      const background = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).map(Number));
      assert.ok(colorScheme === 'dark' ? Math.max(...background) < 64 : Math.min(...background) > 192, `the background is ${background}`);
      const seen = {};
      for (const width of [1280, 800, 390, 360]) {
        await page.setViewportSize({ width, height: 900 });
        await settled(page);
        if (width === 1280 || width === 390) await shot(page, `${kind}-${colorScheme}-${width}`);
        seen[width] = [...(await page.evaluate(overflowing)), ...(await page.evaluate(unreadable))];
      }
      await page.evaluate(() => document.querySelectorAll('details').forEach((d) => (d.open = true)));
      await settled(page);
      seen['360, all open'] = await page.evaluate(overflowing);
      assert.deepEqual(seen, { 1280: [], 800: [], 390: [], 360: [], '360, all open': [] });

      await page.setViewportSize({ width: 1280, height: 900 });
      await settled(page);
      await page.evaluate(axe);
      // In the dark only the colours are others.
      const rules = colorScheme === 'dark' ? { runOnly: ['color-contrast'] } : {};
      const { violations } = await page.evaluate((o) => window.axe.run(document, o), { resultTypes: ['violations'], ...rules });
      assert.deepEqual(violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 5).map((n) => n.html.slice(0, 160))}`), []);
      assert.deepEqual(wrong, []);
      await page.context().close();
    });
  }

  if (kind === 'partial' || kind === 'blocked') continue; // they have the shape of a run

  test(`${kind}: on paper nothing is left out`, async () => {
    const { page, wrong } = await openReport(browser, kind, { colorScheme: 'dark' });
    const lost = () => [...document.querySelectorAll('table')].filter((t) => !t.checkVisibility() || t.getBoundingClientRect().height < 10).map((t) => t.caption.textContent);
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    await page.setViewportSize({ width: 700, height: 1000 }); // about what a sheet of A4 has
    await settled(page);
    await shot(page, `${kind}-print`);
    assert.deepEqual(await page.evaluate(lost), []);
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), 'rgb(255, 255, 255)');
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    await page.pdf({ path: path.join(shots, `${kind}.pdf`), format: 'A4' });
    assert.deepEqual(wrong, []);
    await page.context().close();
  });

  test(`${kind}: by keyboard`, async () => {
    const { page } = await openReport(browser, kind);
    const focus = () => page.evaluate(() => {
      const e = document.activeElement;
      const { top, bottom, left, width, height } = e.getBoundingClientRect();
      return { tag: e.tagName, text: e.textContent.trim().slice(0, 60), class: e.className, shown: top < innerHeight && bottom > 0 && left >= 0 && width > 0 && height > 0 };
    });
    await page.keyboard.press('Tab');
    const first = await focus();
    assert.equal(first.tag, 'A', JSON.stringify(first));
    assert.match(first.text, /^Skip/);
    assert.ok(first.shown, 'the link to skip with is not seen when it has the focus');
    await page.keyboard.press('Enter');
    assert.equal((await focus()).tag, 'MAIN');

    // Every summary is reached, and opens.
    const summaries = await page.locator('summary').count();
    const reached = new Set();
    for (let i = 0; i < 500 && reached.size < summaries; i++) {
      await page.keyboard.press('Tab');
      const at = await focus();
      if (at.tag === 'BODY') break;
      assert.ok(at.shown, `the focus is at something unseen: ${JSON.stringify(at)}`);
      if (at.tag !== 'SUMMARY') continue;
      reached.add(i);
      await page.keyboard.press('Enter');
      assert.ok(await page.evaluate(() => document.activeElement.parentElement.open), `${at.text} does not open`);
    }
    assert.equal(reached.size, summaries);
    await page.context().close();
  });

  test(`${kind}: without scripts`, async () => {
    const { page, wrong } = await openReport(browser, kind, { scripts: false });
    const read = await page.locator('table').count();
    assert.ok(read > 0, 'no table');
    for (const figure of await page.locator('figure[data-chart]').all()) {
      await figure.locator('summary').first().click();
      assert.ok(await figure.locator('table').first().isVisible(), `the table of ${await figure.getAttribute('data-chart')} is hidden`);
    }
    // Nor does paper need them.
    await page.emulateMedia({ media: 'print' });
    for (const table of await page.locator('table').all()) assert.ok(await table.isVisible(), `${await table.locator('caption').innerText()} is not on paper`);
    assert.deepEqual(wrong, []);
    await page.context().close();
  });
}
