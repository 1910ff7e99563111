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
const npm = process.env.npm_execpath;
const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']];
const done = spawnSync(command, [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (done.status !== 0) {
  process.stderr.write(
    'npm ci failed: see above. It needs Node >= 20 and a reachable npm registry; run `npm ci` to try again.\n',
  );
  process.exit(1);
}
