// Bundles the forwarder into one file, as the image carries it: node infra/docker/build.ts FOLDER
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { billOfMaterials } from './sbom.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Packages that are CommonJS call `require`, which a module does not have. */
const REQUIRE = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`;

/**
 * @param outdir gets `forwarder.mjs`, beside it the parts that are loaded on demand (the kubeconfig's client, YAML), and
 *   the bill of materials of them all, `sbom.cdx.json`.
 */
export async function bundleForwarder(outdir: string): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    metafile: true,
    entryPoints: { forwarder: 'lib/forwarder/process/main.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is loaded on demand is a file of its own: in one file it would be parsed at the start.
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'warning',
    banner: { js: REQUIRE },
  });
  writeFileSync(join(outdir, 'sbom.cdx.json'), `${JSON.stringify(billOfMaterials(metafile, ROOT), null, 2)}\n`);
}

if (import.meta.main) await bundleForwarder(process.argv[2] ?? 'dist/forwarder');
