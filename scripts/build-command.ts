// Builds the command of the package: its bundle, its launchers and its package.json.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { LEFT_OUT } from '../infra/docker/left-out.ts';
import { REQUIRE_BANNER } from '../infra/docker/require-banner.ts';
import { BINS, commandManifest, OLDEST_NODE, type ProjectManifest, UNBUNDLED } from './command-manifest.ts';

/** The bundle lies at the same path in the package, so that package.json is as far away as it is from the source. */
export const MAIN = 'lib/cli/main';

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

/** Starts the same command under the name of its file, which lib/cli/called-as.ts reads. */
const LAUNCH_AS = `#!/usr/bin/env node
await import('./${BINS.nspass}');
`;

/**
 * Builds the command into a folder.
 *
 * @returns what the bundle is made of; paths of its outputs are relative to the root of the project.
 */
export async function buildCommand(root: string, dist: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Packages that come in both forms are smaller, and start faster, as modules.
    mainFields: ['module', 'main'],
    alias: LEFT_OUT,
    logLevel: 'warning',
    metafile: true,
    target: `node${OLDEST_NODE}`,
    entryPoints: { [MAIN]: `${MAIN}.ts` },
    outdir: dist,
    // Each command is loaded when it is named: its code stands in files of its own.
    splitting: true,
    chunkNames: 'lib/cli/[name]-[hash]',
    banner: { js: REQUIRE_BANNER },
    // The licences of what is bundled ask for it.
    legalComments: 'linked',
    external: [...UNBUNDLED],
  });
  mkdirSync(dist, { recursive: true });
  for (const file of Object.values(BINS)) {
    writeFileSync(join(dist, file), file === BINS.nspass ? LAUNCH : LAUNCH_AS);
    chmodSync(join(dist, file), 0o755);
  }
  const project = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as ProjectManifest;
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(commandManifest(project), null, 2)}\n`);
  return metafile;
}
