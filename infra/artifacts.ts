import { build } from 'esbuild';
import { functionFiles } from './load.ts';
import { zipOf } from './zip.ts';

/** Packages that are CommonJS call `require`, which a module does not have. */
export const REQUIRE = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/** `functions/reconcile.handler`, as serverless.yml names it → `functions/reconcile`. */
const entryOf = (handler: string): string => handler.replace(/\.[^./]+$/, '');

/**
 * Bundles a function as it is deployed.
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
    // Packages that come in both forms are smaller, and start faster, as modules.
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'warning',
    banner: { js: REQUIRE },
    // Lambda brings the SDK.
    external: ['@aws-sdk/*'],
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error(`esbuild made no bundle of ${entry}.ts`);
  return bundle.contents;
}

/**
 * Returns the zip of a function: its bundle, and the configuration beside it.
 *
 * @param handler as serverless.yml names it.
 * @param appliances path of appliances.yml.
 * @throws {ConfigurationInvalid}
 */
export async function artifactOf(root: string, handler: string, appliances: string): Promise<Uint8Array> {
  const entry = entryOf(handler);
  const files = new Map<string, string | Uint8Array>(functionFiles(appliances));
  return zipOf(files.set(`${entry}.mjs`, await bundleFunction(root, entry)));
}
