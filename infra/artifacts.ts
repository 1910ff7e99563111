import { build } from 'esbuild';
import { REQUIRE_BANNER } from './docker/require-banner.ts';
import { functionFiles } from './load.ts';
import { zipOf } from './zip.ts';

/** Returns the entry point of a handler: `functions/reconcile.handler` → `functions/reconcile`. */
const entryOf = (handler: string): string => handler.replace(/\.[^./]+$/, '');

/**
 * Bundles a function for deployment.
 *
 * @param root folder of the project.
 * @param entry path of the entry point, without its ending: `functions/reconcile`.
 */
export async function bundleFunction(root: string, entry: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`${entry}.ts`],
    outfile: `${entry}.mjs`,
    write: false,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // The ES module build of a package is smaller and starts faster.
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'warning',
    banner: { js: REQUIRE_BANNER },
    // The Lambda runtime contains the SDK.
    external: ['@aws-sdk/*'],
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error(`esbuild returned no bundle for ${entry}.ts`);
  return bundle.contents;
}

/**
 * Returns the zip of a function: its bundle and its configuration.
 *
 * @param root folder of the project.
 * @param handler name in serverless.yml, as `functions/reconcile.handler`.
 * @param appliances path of appliances.yml.
 * @throws {ConfigurationInvalid}
 */
export async function artifactOf(root: string, handler: string, appliances: string): Promise<Uint8Array> {
  const entry = entryOf(handler);
  const files = new Map<string, string | Uint8Array>(functionFiles(appliances));
  return zipOf(files.set(`${entry}.mjs`, await bundleFunction(root, entry)));
}
