// Installs the locked dependencies when they are missing or older than the lockfile, so that each
// `npm run` command works on a fresh clone with nothing but Node >= 20 and npm. Plain JavaScript:
// it runs before anything is installed, on whatever Node is there. Speaks on stderr only, so that
// a command's own output stays clean.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const installed = join(root, 'node_modules', '.package-lock.json');
const node = join(root, 'node_modules', '.bin', 'node');
const wanted = statSync(join(root, 'package-lock.json')).mtimeMs;

if (existsSync(node) && existsSync(installed) && statSync(installed).mtimeMs >= wanted) process.exit(0);

process.stderr.write('Installing dependencies (once, about a minute) …\n');
const path = process.env.npm_execpath;
const [command, first] = path?.endsWith('.js') ? [process.execPath, [path]] : ['npm', []];
const npm = (args) =>
  spawnSync(command, [...first, ...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });

// A registry that lacks binaries of platforms that nobody uses there leaves holes in the lockfile, and `npm ci` then
// refuses all of it. `npm install --no-save` takes the same versions from it, and leaves it as it is.
const exact = npm(['ci']);
const done = exact.status === 0 ? exact : npm(['install', '--no-save']);
if (done.status !== 0) {
  process.stderr.write(exact.stderr ?? '');
  process.stderr.write(done.stderr ?? '');
  process.stderr.write(
    'npm ci failed: see above. It needs Node >= 20 and a reachable npm registry; run `npm ci` to try again.\n',
  );
  process.exit(1);
}
