// Installs the locked dependencies when they are missing or older than the lockfile, so that each
// `npm run` command works on a fresh clone with nothing but Node >= 20 and npm. Plain JavaScript:
// it runs before anything is installed, on whatever Node is there. Speaks on stderr only, so that
// a command's own output stays clean.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { foldersOf, npmErrors, progressText, unreachable } from './installation.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lockfile = join(root, 'package-lock.json');
const installed = join(root, 'node_modules', '.package-lock.json');
const node = join(root, 'node_modules', '.bin', 'node');

if (existsSync(node) && existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs) {
  process.exit(0);
}

/** Milliseconds between two lines of progress. */
const EVERY_MS = 5_000;
/** Milliseconds for a first answer of the registry: npm alone would try for minutes, in silence. */
const PROBE_MS = 8_000;

const say = (line) => void process.stderr.write(`${line}\n`);
const path = process.env.npm_execpath;
const [command, first] = path?.endsWith('.js') ? [process.execPath, [path]] : ['npm', []];
let child;

/** Runs npm. @returns its exit status and what it printed. */
function npm(args) {
  return new Promise((resolve) => {
    let [stdout, stderr] = ['', ''];
    child = spawn(command, [...first, ...args, '--loglevel=error'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.once('error', (error) => resolve({ status: 1, stdout, stderr: `npm error ${error.message}` }));
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}

function fail(...lines) {
  for (const line of lines) say(line);
  process.exit(1);
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    child?.kill(signal);
    say('The installation was ended. Run the same again to finish it.');
    process.exit(128 + constants.signals[signal]);
  });
}

const { glibcVersionRuntime } = process.report.getReport().header;
const libc = process.platform !== 'linux' ? undefined : glibcVersionRuntime === undefined ? 'musl' : 'glibc';
const folders = foldersOf(JSON.parse(readFileSync(lockfile, 'utf8')), process.platform, process.arch, libc);
say(`Installing ${folders.length} packages, once: about 0.7 GB, in one to four minutes …`);

// Whoever works without a network has said so, and has a cache.
const offline = process.env.npm_config_offline === 'true' || process.env.npm_config_prefer_offline === 'true';
if (!offline) {
  const probe = await npm(['ping', '--fetch-retries=0', `--fetch-timeout=${PROBE_MS}`]);
  if (probe.status !== 0) {
    const { stdout } = await npm(['config', 'get', 'registry']);
    const why = unreachable(probe.stderr, stdout.trim());
    if (why !== undefined) fail(why);
  }
}

const began = Date.now();
const timer = setInterval(() => {
  const there = folders.filter((folder) => existsSync(join(root, folder, 'package.json'))).length;
  say(progressText(there, folders.length, Math.round((Date.now() - began) / 1000)));
}, EVERY_MS);

// A registry that lacks binaries of platforms that nobody uses there leaves holes in the lockfile, and `npm ci` then
// refuses all of it. `npm install --no-save` takes the same versions from it, and leaves it as it is.
const quiet = ['--no-audit', '--no-fund', '--fetch-retries=2'];
const exact = await npm(['ci', ...quiet]);
const done = exact.status === 0 ? exact : await npm(['install', '--no-save', ...quiet]);
clearInterval(timer);
if (done.status !== 0) {
  fail(
    'The installation failed. npm says:',
    ...npmErrors(done.stderr).map((line) => `  ${line}`),
    'It needs Node 20 or newer and a reachable npm registry. `npm ci` shows everything that npm has to say.',
  );
}
say(`Installed in ${Math.round((Date.now() - began) / 1000)} s.`);
