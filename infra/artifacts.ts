import { build, type Metafile } from 'esbuild';
import { LEFT_OUT } from './docker/left-out.ts';
import { REQUIRE_BANNER } from './docker/require-banner.ts';
import { BILL_OF_MATERIALS, billOfMaterials } from './docker/sbom.ts';
import { functionFiles } from './load.ts';
import { zipOf } from './zip.ts';

/** Returns the entry point of a handler: `functions/reconcile.handler` → `functions/reconcile`. */
const entryOf = (handler: string): string => handler.replace(/\.[^./]+$/, '');

/** Bundle of a function. */
export interface FunctionBundle {
  readonly code: Uint8Array;
  /** What it is made of, with paths relative to the root of the project. */
  readonly metafile: Metafile;
}

/**
 * Bundles a function for deployment.
 *
 * @param root folder of the project.
 * @param entry path of the entry point, without its ending: `functions/reconcile`.
 */
export async function bundleFunction(root: string, entry: string): Promise<FunctionBundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`${entry}.ts`],
    outfile: `${entry}.mjs`,
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // The ES module build of a package is smaller and starts faster.
    mainFields: ['module', 'main'],
    legalComments: 'none',
    alias: LEFT_OUT,
    logLevel: 'warning',
    banner: { js: REQUIRE_BANNER },
    // The Lambda runtime contains the SDK.
    external: ['@aws-sdk/*'],
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error(`esbuild returned no bundle for ${entry}.ts`);
  return { code: bundle.contents, metafile };
}

/**
 * Returns the zip of a function: its bundle, the bill of materials of the bundle, and its configuration.
 *
 * @param root folder of the project.
 * @param handler name in serverless.yml, as `functions/reconcile.handler`.
 * @param appliances path of appliances.yml.
 * @throws {ConfigurationInvalid}
 */
export async function artifactOf(root: string, handler: string, appliances: string): Promise<Uint8Array> {
  const entry = entryOf(handler);
  const files = new Map<string, string | Uint8Array>(functionFiles(appliances));
  const { code, metafile } = await bundleFunction(root, entry);
  return zipOf(files.set(`${entry}.mjs`, code).set(BILL_OF_MATERIALS, billOfMaterials([metafile], root)));
}
