// Puts the command into dist/ as it is published (`npm pack ./dist`): bundles, package.json of its own, and its pages.
// Measures the bundles of the functions as they are deployed.
import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { bundleFunction } from '../infra/artifacts.ts';
import { REQUIRE_BANNER } from '../infra/docker/require-banner.ts';
import { PAGE_FILES, SCRIPT } from '../lib/console/assets.ts';
import { bundleScript } from '../lib/console/page-script.ts';
import {
  commandManifest,
  LAUNCHER,
  OLDEST_NODE,
  PAGES,
  type ProjectManifest,
  tooNew,
  UNBUNDLED,
} from './command-manifest.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
const read = (manifest: string): unknown => JSON.parse(readFileSync(join(ROOT, manifest), 'utf8'));
/** A zip of more than this starts slowly. */
const MAX_ZIPPED = 1_000_000;
/** Its bundle lies at the same path in dist/, so that package.json is as far away as it is from the source. */
const MAIN = 'lib/cli/main';

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;

/** Starts on any Node that knows modules, so that an old one is told what is missing instead of a syntax error. */
const LAUNCH = `#!/usr/bin/env node
const oldest = [${OLDEST_NODE.split('.').join(', ')}];
const mine = process.versions.node.split('.').map(Number);
const differs = oldest.findIndex((number, index) => number !== mine[index]);
if (differs === -1 || mine[differs] > oldest[differs]) {
  await import('./${MAIN}.js');
} else {
  process.stderr.write(\`nspass needs Node ${OLDEST_NODE} or newer: this is \${process.version}.\\n\`);
  process.exitCode = 2;
}
`;

/** Folders of the packages that a bundle is made of. */
function packagesIn({ outputs }: Metafile): string[] {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const folders = files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

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
async function buildCommand(): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Packages that come in both forms are smaller, and start faster, as modules.
    mainFields: ['module', 'main'],
    logLevel: 'warning',
    metafile: true,
    target: `node${OLDEST_NODE}`,
    entryPoints: { [MAIN]: `${MAIN}.ts` },
    outdir: DIST,
    // Each command is loaded when it is named: its code stands in files of its own.
    splitting: true,
    chunkNames: 'lib/cli/[name]-[hash]',
    banner: { js: REQUIRE_BANNER },
    // The licences of what is bundled ask for it.
    legalComments: 'linked',
    external: [...UNBUNDLED],
  });
  writeFileSync(join(DIST, LAUNCHER), LAUNCH);
  chmodSync(join(DIST, LAUNCHER), 0o755);
  const manifest = commandManifest(read('package.json') as ProjectManifest);
  writeFileSync(join(DIST, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const page of PAGES) cpSync(join(ROOT, page), join(DIST, page), { recursive: true });
  const sizes = Object.values(metafile.outputs).map(({ bytes }) => bytes);
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  process.stdout.write(`dist  ${sizes.length} files, ${kilobytes(total)}, started by dist/${LAUNCHER}\n`);
  return tooNew(enginesOf([...packagesIn(metafile), ...UNBUNDLED.map((name) => `node_modules/${name}`)]));
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
  const code = await bundleFunction(ROOT, `functions/${name}`);
  const zipped = deflateRawSync(code, { level: 9 }).length;
  process.stdout.write(`function ${name}  ${kilobytes(code.length)}, zipped ${kilobytes(zipped)}\n`);
  return zipped;
}

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST, { recursive: true });
const wrong = await buildCommand();
await buildPage();
for (const name of functions()) {
  if ((await measure(name)) > MAX_ZIPPED) wrong.push(`function ${name} is larger than ${kilobytes(MAX_ZIPPED)} zipped`);
}
for (const line of wrong) process.stderr.write(`${line}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
