// Bundles programs for their images: node infra/docker/build.ts FOLDER [PROGRAM…], by default the forwarder.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { LEFT_OUT } from './left-out.ts';
import { BILL_OF_MATERIALS, billOfMaterials } from './sbom.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TARGET = { platform: 'node', target: 'node24' } as const;

/** Programs of the images, and where they begin. */
const PROGRAMS = {
  forwarder: 'lib/forwarder/process/main.ts',
  simulator: 'lib/cli/appliance-main.ts',
  exporter: 'lib/cli/exporter-main.ts',
  healthy: 'infra/docker/simulator/healthy.ts',
} as const;

type Program = keyof typeof PROGRAMS;

const isProgram = (name: string): name is Program => Object.hasOwn(PROGRAMS, name);

/**
 * Bundles programs, as CommonJS: an ES module that imports `node:http` has Node load all that this module may export, a
 * WebSocket client and HTTP/2 among it. Together with the loader of ES modules, that takes 4 MB (docs/performance.md).
 *
 * @param outdir receives `PROGRAM.cjs`, the parts that it loads on demand (such as YAML), and their bill of materials
 *   `sbom.cdx.json`.
 */
export async function bundlePrograms(outdir: string, names: readonly Program[]): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    metafile: true,
    entryPoints: Object.fromEntries(names.map((name) => [name, PROGRAMS[name]])),
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    // Code that is loaded on demand gets files of its own, so that Node does not parse it at the start.
    // Only ES modules can be split, so that CommonJS is made of them afterwards.
    splitting: true,
    format: 'esm',
    ...TARGET,
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    legalComments: 'none',
    alias: LEFT_OUT,
    logLevel: 'warning',
  });
  for (const file of Object.keys(metafile.outputs)) await toCommonJs(join(ROOT, file));
  writeFileSync(join(outdir, BILL_OF_MATERIALS), billOfMaterials([metafile], ROOT));
}

async function toCommonJs(file: string): Promise<void> {
  const { code } = await transform(readFileSync(file, 'utf8'), {
    ...TARGET,
    format: 'cjs',
    minify: true,
    supported: { 'dynamic-import': false },
  });
  // With a single character beyond ASCII, as esbuild leaves them in regular expressions, V8 keeps the source in two bytes each.
  const ascii = code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  writeFileSync(file, ascii);
}

/** Bundles the forwarder for its image. */
export const bundleForwarder = (outdir: string): Promise<void> => bundlePrograms(outdir, ['forwarder']);

if (import.meta.main) {
  const [outdir = 'dist/forwarder', ...names] = process.argv.slice(2);
  const unknown = names.find((name) => !isProgram(name));
  if (unknown !== undefined) throw new Error(`No program ${unknown}: choose of ${Object.keys(PROGRAMS).join(', ')}.`);
  await bundlePrograms(outdir, names.length === 0 ? ['forwarder'] : names.filter(isProgram));
}
