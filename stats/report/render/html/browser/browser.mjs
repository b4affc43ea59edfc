// Opens pages in Debian's Chromium, cut off from any network, and notes whatever
// a page does that a report must not.
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { noteWords } from './words.mjs';

const root = fileURLToPath(new URL('../../../../..', import.meta.url));

// reports is where make-reports.mjs put them, shots where screenshots go.
export const reports = path.join(root, '.cache/browser/reports');
export const shots = path.join(root, '.cache/screenshots');

// kinds are the reports there are, and the charts that each must have.
export const kinds = {
  run: ['percentiles', 'partition', 'timeline-goodput', 'timeline-ops'],
  compare: ['percentiles', 'partition', 'timeline-goodput', 'timeline-ops', 'pairs'],
  capacity: ['capacity'],
  partial: ['percentiles', 'partition', 'timeline-goodput', 'timeline-ops'],
  blocked: ['percentiles', 'partition', 'timeline-goodput', 'timeline-ops'],
};

export function launch() {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    // Playwright itself gives each browser a new user data directory.
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
    ],
  });
}

// open opens a file and waits until its charts are drawn. What it returns has
// wrong, a list of what must not happen: words in the console, errors, dialogs,
// requests other than for the file, and markup of others that was obeyed.
export async function open(browser, file, { scripts = true, ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 }, colorScheme: 'light', reducedMotion: 'reduce', javaScriptEnabled: scripts, ...options,
  });
  await context.setOffline(true);
  await context.addInitScript(noteWords);
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  const wrong = [];
  page.on('console', (m) => wrong.push(`console ${m.type()}: ${m.text()}`));
  page.on('pageerror', (err) => wrong.push(`error: ${err.message}`));
  page.on('dialog', (d) => {
    wrong.push(`dialog: ${d.message()}`);
    d.dismiss();
  });
  page.on('request', (r) => r.url() === url || r.url().startsWith('data:') || wrong.push(`request: ${r.url()}`));
  page.on('popup', (p) => wrong.push(`new window: ${p.url()}`));
  page.on('framenavigated', (f) => f.url().split('#')[0] === url || f.url() === 'about:blank' || wrong.push(`gone to: ${f.url()}`));
  await page.goto(url);
  if (scripts) {
    await page.waitForFunction(() => document.documentElement.dataset.ready === 'true', null, { timeout: 30_000 });
  }
  return { page, wrong };
}

// openReport opens the report of a kind.
export function openReport(browser, kind, options) {
  return open(browser, path.join(reports, `${kind}.html`), options);
}

// settled waits until a page has followed a change of its size or its colours.
export async function settled(page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)))));
}
