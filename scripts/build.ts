// Puts the command into dist/ as it is published (`npm pack ./dist`): bundles, package.json of its own, and its pages.
// Measures the bundles of the functions as they are deployed.
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { bundleFunction } from '../infra/artifacts.ts';
import { BILL_OF_MATERIALS, billOfMaterials, bundledFolders } from '../infra/docker/sbom.ts';
import { PAGE_FILES, SCRIPT } from '../lib/console/assets.ts';
import { bundleScript } from '../lib/console/page-script.ts';
import { buildCommand } from './build-command.ts';
import { buildLibrary } from './build-library.ts';
import { BINS, OLDEST_NODE, PAGES, tooNew, UNBUNDLED } from './command-manifest.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
const read = (manifest: string): unknown => JSON.parse(readFileSync(join(ROOT, manifest), 'utf8'));
/** A zip of more than this starts slowly. */
const MAX_ZIPPED = 1_000_000;

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;

/** @returns names and ranges of what the packages in these folders ask of Node. */
function enginesOf(folders: readonly string[]): Map<string, string> {
  return new Map(
    folders.flatMap((folder): [string, string][] => {
      const { engines } = read(join(folder, 'package.json')) as { engines?: { node?: string } };
      return engines?.node === undefined ? [] : [[folder.replace(/^.*node_modules\//, ''), engines.node]];
    }),
  );
}

/** @returns what is wrong with it, as lines to print. */
async function buildPackage(): Promise<string[]> {
  const command = await buildCommand(ROOT, DIST);
  const library = await buildLibrary(ROOT, DIST, { target: `node${OLDEST_NODE}` });
  for (const page of PAGES) cpSync(join(ROOT, page), join(DIST, page), { recursive: true });
  const sizes = [command, library].flatMap(({ outputs }) => Object.values(outputs).map(({ bytes }) => bytes));
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  process.stdout.write(`dist  ${sizes.length} files, ${kilobytes(total)}, started by dist/${BINS.nspass}\n`);
  writeFileSync(join(DIST, BILL_OF_MATERIALS), billOfMaterials([command, library], ROOT, UNBUNDLED));
  const folders = [...bundledFolders([command, library]), ...UNBUNDLED.map((name) => `node_modules/${name}`)];
  return tooNew(enginesOf(folders));
}

/** Puts the page of `nspass console` where the command looks for it (lib/console/assets.ts). */
async function buildPage(): Promise<void> {
  const [from, to] = [ROOT, DIST].map((root) => join(root, 'lib/console/page')) as [string, string];
  mkdirSync(to, { recursive: true });
  for (const file of PAGE_FILES) cpSync(join(from, file), join(to, file));
  const script = await bundleScript(from);
  writeFileSync(join(to, SCRIPT), script);
  process.stdout.write(`page of nspass console: ${kilobytes(Buffer.byteLength(script))} of script\n`);
}

/** Entry points of Lambda: every file of `functions`. */
function functions(): string[] {
  return globSync('functions/*.ts', { cwd: ROOT })
    .map((file) => basename(file, '.ts'))
    .sort();
}

/** @returns bytes of the function's code, zipped. */
async function measure(name: string): Promise<number> {
  const { code } = await bundleFunction(ROOT, `functions/${name}`);
  const zipped = deflateRawSync(code, { level: 9 }).length;
  process.stdout.write(`function ${name}  ${kilobytes(code.length)}, zipped ${kilobytes(zipped)}\n`);
  return zipped;
}

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST, { recursive: true });
const wrong = await buildPackage();
await buildPage();
for (const name of functions()) {
  if ((await measure(name)) > MAX_ZIPPED) wrong.push(`function ${name} is larger than ${kilobytes(MAX_ZIPPED)} zipped`);
}
for (const line of wrong) process.stderr.write(`${line}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
