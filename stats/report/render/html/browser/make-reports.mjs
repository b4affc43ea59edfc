// Makes the reports that the tests open: `node make-reports.mjs FTPMARK INPUTS DIR`.
//
// A run is measured by ftpmark on its own server, behind a front that says hostile
// things, and then cut off for a partial one. A comparison and a search for
// capacity are made up by inputs. Of each there is NAME.jsonl, the result,
// NAME.json, its summary, and NAME.html, the page; several.html is a page of three.
import { execFile, spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { front, hostile, store } from './front.mjs';

const [ftpmark, inputs, dir] = process.argv.slice(2).map((p) => path.resolve(p));
const execute = promisify(execFile);

// call runs a program to its end; only the given exit codes are fine.
async function call(program, args, ...fine) {
  try {
    return (await execute(program, args, { cwd: dir, maxBuffer: 64 << 20 })).stdout;
  } catch (err) {
    if (fine.includes(err.code)) return err.stdout;
    throw new Error(`${path.basename(program)} ${args.join(' ')}: exit code ${err.code}\n${err.stderr}`);
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

// run measures both modes, a second of warm-up before each. One threshold is met
// and one is missed (exit code 3). The pauses (--think) keep it from being a
// matter of this machine's speed alone.
async function run() {
  const { server, port } = await serve();
  const at = await front(port, { failEvery: 97 });
  try {
    await store(port, `/${hostile.file}`, 64 << 10);
    await call(ftpmark, [
      'run', at.url, '--quiet', '--seed', '7', '--mode', 'passive,active', '--path', `/${hostile.file}`, '-c', '4', '--think', '2ms',
      '-d', '3s', '--warmup', '1s', '--threshold', 'errors.rate < 5%', '--threshold', 'service.p50 < 1us', '-o', 'run.jsonl',
      '--html', 'beside-run.html',
    ], 3);
  } finally {
    at.close();
    server.removeAllListeners('close');
    server.kill();
  }
}

// blocked measures passive mode; the server has no active one (exit code 1).
async function blocked() {
  const { server, port } = await serve();
  const at = await front(port, { refused: /^(EPRT|PORT) /i });
  try {
    await call(ftpmark, [
      'run', at.url, '--quiet', '--seed', '7', '--mode', 'passive,active', '--size', '64KiB', '-c', '2', '--think', '2ms', '-d', '2s',
      '-o', 'blocked.jsonl',
    ], 1);
  } finally {
    at.close();
    server.removeAllListeners('close');
    server.kill();
  }
}

// partial is the run's file as it would be after a power cut in the second mode:
// its last line is cut off.
async function partial() {
  const whole = await readFile(path.join(dir, 'run.jsonl'), 'utf8');
  const lines = whole.split('\n');
  const measured = lines.flatMap((line, i) => (/^\{"record":"interval","variant":"active".*"stage":"window"/.test(line) ? [i] : []));
  if (measured.length < 2) throw new Error(`run.jsonl has ${measured.length} intervals of active in the window`);
  const cut = lines[measured[1]];
  const kept = [...lines.slice(0, measured[1]), cut.slice(0, cut.length / 2)];
  await writeFile(path.join(dir, 'partial.jsonl'), kept.join('\n'));
}

async function report(name) {
  await writeFile(path.join(dir, `${name}.json`), await call(ftpmark, ['report', `${name}.jsonl`, '--format', 'json']));
  await call(ftpmark, ['report', `${name}.jsonl`, '--format', 'html', '-o', `${name}.html`]);
}

await rm(dir, { recursive: true, force: true });
await mkdir(dir, { recursive: true });
await Promise.all([run().then(partial).then(blocked), call(inputs, [dir, `${hostile.banner} ready`, hostile.refusal])]);
await Promise.all(['run', 'compare', 'capacity', 'partial', 'blocked'].map(report));
await call(ftpmark, ['report', 'run.jsonl', 'compare.jsonl', 'capacity.jsonl', '--format', 'html', '-o', 'several.html']);
