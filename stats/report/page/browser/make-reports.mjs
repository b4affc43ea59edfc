// Makes the reports that the tests open: `node make-reports.mjs FTPMARK DIR`.
//
// A run, a comparison, a search for capacity and a run that was cut off are
// measured, by the given program, on its own server behind a front that says
// hostile things. Of each there is NAME.jsonl, the result, NAME.json, its
// summary, and NAME.html, the page.
import { execFile, spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { front, hostile, store } from './front.mjs';

const [ftpmark, dir] = process.argv.slice(2).map((p) => path.resolve(p));
const execute = promisify(execFile);
const stop = new AbortController(); // one that failed ends the others too

// call runs ftpmark to its end; only the given exit codes are fine.
async function call(args, ...fine) {
  try {
    return (await execute(ftpmark, args, { cwd: dir, maxBuffer: 64 << 20, signal: stop.signal })).stdout;
  } catch (err) {
    if (fine.includes(err.code)) return err.stdout;
    throw new Error(`ftpmark ${args.join(' ')}: exit code ${err.code}\n${err.stderr}`);
  }
}

// serve starts ftpmark's own server and returns its process and port.
async function serve() {
  const server = spawn(ftpmark, ['serve', '--listen', '127.0.0.1:0'], { cwd: dir });
  const port = await new Promise((ready, failed) => {
    let said = '';
    const hear = (chunk) => {
      const found = /127\.0\.0\.1:(\d+)/.exec((said += chunk));
      if (found) ready(Number(found[1]));
    };
    server.stdout.on('data', hear);
    server.stderr.on('data', hear);
    server.on('close', (code) => failed(new Error(`ftpmark serve: exit code ${code}\n${said}`)));
  });
  return { server, port };
}

// The pauses (--think) keep every run from being a matter of this machine's speed.
const common = ['--quiet', '--seed', '7', '--mode', 'passive,active'];

async function run(port) {
  const at = await front(port, { failEvery: 97 });
  await store(port, `/${hostile.file}`, 64 << 10);
  await call([
    'run', at.url, ...common, '--path', `/${hostile.file}`, '-c', '4', '--think', '2ms', '-d', '4s', '--warmup', '1s',
    '--threshold', 'errors.rate < 5%', '--threshold', 'service.p50 < 1us', '-o', 'run.jsonl',
  ], 3);
  at.close();
}

async function compare(port) {
  const at = await front(port, { activeDelay: 4 });
  await call([
    'compare', at.url, ...common, '--size', '16KiB', '-c', '4', '--think', '1ms', '--pairs', '8', '--trial', '600ms',
    '--warmup', '100ms', '--cooldown', '0s', '-o', 'compare.jsonl',
  ]);
  at.close();
}

async function capacity(port) {
  const at = await front(port, { limit: 40 });
  await call([
    'capacity', at.url, '--quiet', '--seed', '7', '--mode', 'passive', '--size', '4KiB', '--think', '40ms', '--warmup', '100ms',
    '--step-min', '500ms', '--step-max', '800ms', '-o', 'capacity.jsonl',
  ]);
  at.close();
}

// partial is the run's file as it would be after a power cut: two thirds of it,
// the last line cut off.
async function partial() {
  const whole = await readFile(path.join(dir, 'run.jsonl'));
  await writeFile(path.join(dir, 'partial.jsonl'), whole.subarray(0, Math.floor((whole.length * 2) / 3)));
}

async function report(name) {
  const file = `${name}.jsonl`;
  await writeFile(path.join(dir, `${name}.json`), await call(['report', file, '--format', 'json']));
  await call(['report', file, '--format', 'html', '-o', `${name}.html`]);
}

await rm(dir, { recursive: true, force: true });
await mkdir(dir, { recursive: true });
const { server, port } = await serve();
try {
  await Promise.all([run(port).then(partial), compare(port), capacity(port)]);
  await Promise.all(['run', 'compare', 'capacity', 'partial'].map(report));
} finally {
  stop.abort();
  server.removeAllListeners('close');
  server.kill();
}
