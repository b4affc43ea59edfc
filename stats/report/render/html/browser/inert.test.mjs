// A report is a document: it asks the network for nothing, says nothing in the
// console, and what servers say is text in it, whatever they say.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { kinds, launch, open, openReport, reports } from './browser.mjs';
import { hostile } from './front.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

// inJSON returns a text as the profile shows it.
const inJSON = (text) => JSON.stringify(text).slice(1, -1);

// words are those of a server or a user that a kind of report must show.
const words = {
  run: [hostile.banner, hostile.error, inJSON(hostile.file)],
  compare: [hostile.banner],
  capacity: [hostile.banner, hostile.refusal],
  partial: [hostile.banner, hostile.error, inJSON(hostile.file)],
  blocked: [hostile.banner, hostile.error],
};

for (const kind of Object.keys(kinds)) {
  test(`${kind}: clean and inert`, async () => {
    const { page, wrong } = await openReport(browser, kind);
    await page.evaluate(() => document.querySelectorAll('details').forEach((d) => (d.open = true)));
    // Whatever waits for the mouse is given it.
    for (const figure of await page.locator('[data-chart]').all()) {
      await figure.scrollIntoViewIfNeeded();
      const { x, y, width, height } = await figure.boundingBox();
      await page.mouse.move(x + width / 3, y + Math.min(height, 300) / 3);
      await page.mouse.move(x + width / 2, y + Math.min(height, 300) / 2);
    }
    await page.evaluate(() => document.querySelectorAll('body *').forEach((e) => e.dispatchEvent(new MouseEvent('mouseover'))));
    assert.equal(await page.evaluate(() => window.__pwned), undefined);
    assert.deepEqual(wrong, []);

    const shown = await page.evaluate(() => document.body.innerText);
    for (const w of words[kind]) assert.ok(shown.includes(w), `the page does not show ${w}`);
    assert.equal(await page.locator('img, iframe, object, embed, form, input, [onload], [onerror], [onmouseover], [onclick]').count(), 0);
    await page.context().close();
  });
}

test('the page is one file that refers to no other', async () => {
  for (const kind of Object.keys(kinds)) {
    const html = await readFile(path.join(reports, `${kind}.html`), 'utf8');
    assert.doesNotMatch(html, /<[^>]*\s(?:src|srcset|poster|action|ping|xlink:href)\s*=/i, `${kind}: an address of something else`);
    assert.doesNotMatch(html, /@import|url\(/i, kind);
    // The icon that is none keeps browsers from asking for one.
    for (const [, target] of html.matchAll(/\shref\s*=\s*["']?([^"'\s>]*)/g)) assert.match(target, /^(#|data:,$)/, kind);
    assert.ok(html.length < 1_000_000, `${kind}: ${html.length} bytes`);
  }
});

test('run: the pictures of its conversations are inert, and can be read', async () => {
  const { page, wrong } = await openReport(browser, 'run');
  const pictures = await page.locator('figure.fragment svg').all();
  assert.equal(pictures.length, 2);
  for (const picture of pictures) {
    const said = await picture.evaluate((svg) => svg.textContent);
    for (const w of [hostile.banner, hostile.file, '226 ']) assert.ok(said.includes(w), `the picture does not show ${w}: ${said}`);
    const { width, height } = await picture.boundingBox();
    assert.ok(width > 400 && height > 300, `${width} by ${height} pixels`);
  }
  assert.equal(await page.evaluate(() => window.__pwned), undefined);
  assert.deepEqual(wrong, []);
  await page.context().close();
});

test('several reports are one page, and every link leads somewhere', async () => {
  const { page, wrong } = await openReport(browser, 'several');
  assert.equal(await page.locator('article').count(), 3);
  assert.ok((await page.locator('figure[data-chart] canvas').count()) > 6, 'charts of only one');
  const { twice, nowhere } = await page.evaluate(() => {
    const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
    const named = [...document.querySelectorAll('a, [aria-labelledby]')].flatMap((e) => e.getAttribute('aria-labelledby')?.split(' ') ?? [e.getAttribute('href').slice(1)]);
    return { twice: ids.filter((id, i) => ids.indexOf(id) !== i), nowhere: named.filter((id) => !ids.includes(id)) };
  });
  assert.deepEqual({ twice, nowhere, wrong }, { twice: [], nowhere: [], wrong: [] });
  await page.context().close();
});

test('the page that a run writes is that of its file', async () => {
  const [beside, made] = await Promise.all(['beside-run', 'run'].map((name) => readFile(path.join(reports, `${name}.html`), 'utf8')));
  assert.equal(beside, made);
});

test('what a page must not do is noticed', async () => {
  const file = path.join(reports, 'bad.html');
  await writeFile(file, `<!doctype html><link rel="icon" href="data:,"><title>bad</title><p>${hostile.banner}</p><img src=x onerror="window.__pwned=2">
    <script>console.warn('hey'); fetch('http://192.0.2.1/').catch(() => {}); alert('hi');
    document.documentElement.dataset.ready = 'true'; throw new Error('oops');</script>`);
  const { page, wrong } = await open(browser, file);
  await page.waitForFunction(() => window.__pwned === 2);
  const all = wrong.join('\n');
  for (const w of ['console warning: hey', 'request: http://192.0.2.1/', 'request: file:', 'dialog: hi', 'error: oops']) {
    assert.ok(all.includes(w), `${w} is not among\n${all}`);
  }
  await page.context().close();
});
