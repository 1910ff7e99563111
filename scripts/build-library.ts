// Builds the library of the package: one module without dependencies, and its types in one file without imports.
import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { LIBRARY } from './command-manifest.ts';
import { joinDeclarations } from './declarations.ts';

/** Modules of Node that the library may use: neither opens a file or a connection. */
const PURE_MODULES: readonly string[] = ['node:crypto', 'node:url'];

/**
 * Builds the module and its types.
 *
 * @param options.target oldest release that it must run on, in the form of esbuild: `node22.19.0`.
 * @returns what the bundle is made of.
 * @throws {Error} if it would import anything but pure modules of Node, or its types another package.
 */
export async function buildLibrary(root: string, dist: string, options: { target: string }): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    bundle: true,
    // Packages that come for Node and for browsers come without modules of Node in the second form.
    platform: 'neutral',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: ['node:*'],
    target: options.target,
    logLevel: 'warning',
    metafile: true,
    legalComments: 'linked',
    entryPoints: { [LIBRARY]: `${LIBRARY}.ts` },
    outdir: dist,
  });
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  const foreign = imported.filter((path) => !PURE_MODULES.includes(path));
  if (foreign.length > 0) throw new Error(`the library would import ${foreign.join(', ')}`);
  const file = join(dist, `${LIBRARY}.d.ts`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, declarationsOf(root));
  return metafile;
}

/** Returns the types of the library, as the compiler declares them. */
function declarationsOf(root: string): string {
  const out = mkdtempSync(join(tmpdir(), 'nspass-types-'));
  try {
    const flags = [
      '--declaration',
      '--emitDeclarationOnly',
      '--strict',
      '--skipLibCheck',
      '--allowImportingTsExtensions',
    ];
    const form = ['--target', 'es2025', '--module', 'nodenext', '--types', 'node', '--rootDir', root, '--outDir', out];
    const compiler = [join(root, 'node_modules/typescript/bin/tsc'), '--ignoreConfig', ...flags, ...form];
    execFileSync(process.execPath, [...compiler, `${LIBRARY}.ts`], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const files = globSync('**/*.d.ts', { cwd: out });
    const texts = new Map(files.map((name) => [name, readFileSync(join(out, name), 'utf8')]));
    return joinDeclarations(texts, `${LIBRARY}.d.ts`);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
