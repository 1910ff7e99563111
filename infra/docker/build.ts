// Bundles the forwarder into one file, as the image carries it: node infra/docker/build.ts OUTFILE
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Packages that are CommonJS call `require`, which a module does not have. */
const REQUIRE = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`;

/**
 * @param outfile `.mjs`; beside it lie the parts that are loaded on demand (the kubeconfig's client, YAML).
 */
export async function bundleForwarder(outdir: string): Promise<void> {
  await build({
    absWorkingDir: fileURLToPath(new URL('../..', import.meta.url)),
    entryPoints: { forwarder: 'lib/forwarder/main.ts' },
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
}

if (import.meta.main) await bundleForwarder(process.argv[2] ?? 'dist/forwarder');
