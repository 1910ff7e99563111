// Bundles the forwarder for its image: node infra/docker/build.ts FOLDER
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { LEFT_OUT } from './left-out.ts';
import { REQUIRE_BANNER } from './require-banner.ts';
import { BILL_OF_MATERIALS, billOfMaterials } from './sbom.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Bundles the forwarder.
 *
 * @param outdir receives `forwarder.mjs`, the parts that it loads on demand (kubeconfig client, YAML), and their bill of
 *   materials `sbom.cdx.json`.
 */
export async function bundleForwarder(outdir: string): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    metafile: true,
    entryPoints: { forwarder: 'lib/forwarder/process/main.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // Code that is loaded on demand gets files of its own, so that Node does not parse it at the start.
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    legalComments: 'none',
    alias: LEFT_OUT,
    logLevel: 'warning',
    banner: { js: REQUIRE_BANNER },
  });
  writeFileSync(join(outdir, BILL_OF_MATERIALS), billOfMaterials([metafile], ROOT));
}

if (import.meta.main) await bundleForwarder(process.argv[2] ?? 'dist/forwarder');
