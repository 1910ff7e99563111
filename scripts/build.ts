// Bundles the command into dist/, as `npm pack` ships it, and measures the bundles of the functions as they
// are deployed: minified, with the AWS SDK from Lambda's own runtime.
import { chmodSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
const { dependencies, engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  engines: { node: string };
};
/** A zip of more than this starts slowly. */
const MAX_ZIPPED = 1_000_000;
const MAIN = 'lib/cli/main.ts';

/** Packages that are CommonJS call `require`, which a module does not have. */
const REQUIRE = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`;

/**
 * The command reads its version from package.json beside the sources. In the package that file lies one level above
 * `dist/`, as it does for no file of `lib/`.
 */
const packageJson: Plugin = {
  name: 'package-json',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]lib[\\/]cli[\\/][^\\/]+\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll("'../../package.json'", "'../package.json'"),
      loader: 'ts',
    }));
  },
};

const common: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  format: 'esm',
  // Packages that come in both forms are smaller, and start faster, as modules.
  mainFields: ['module', 'main'],
  logLevel: 'warning',
  legalComments: 'none',
  metafile: true,
};

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;

/** Release of Node that the packaged command needs: the newest that one of its packages asks for, undici. */
const OLDEST = engines.node.replace(/^>=/, '');

/** Starts on any Node that knows modules, so that an old one is told what is missing instead of a syntax error. */
const LAUNCHER = `#!/usr/bin/env node
const oldest = [${OLDEST.split('.').join(', ')}];
const mine = process.versions.node.split('.').map(Number);
const differs = oldest.findIndex((number, index) => number !== mine[index]);
if (differs === -1 || mine[differs] > oldest[differs]) {
  await import('./main.js');
} else {
  process.stderr.write(\`nspass needs Node ${OLDEST} or newer: this is \${process.version}.\\n\`);
  process.exitCode = 2;
}
`;

async function buildCommand(): Promise<void> {
  const { metafile } = await build({
    ...common,
    target: `node${OLDEST}`,
    entryPoints: [MAIN],
    outdir: DIST,
    // Each command is loaded when it is named: its code stands in files of its own.
    splitting: true,
    banner: { js: REQUIRE },
    // The licences of what is bundled ask for it.
    legalComments: 'linked',
    plugins: [packageJson],
    // What has workers and files of its own stays a package, and comes with an installation. All else is bundled.
    external: Object.keys(dependencies),
  });
  const launcher = join(DIST, 'nspass.js');
  writeFileSync(launcher, LAUNCHER);
  chmodSync(launcher, 0o755);
  const sizes = Object.values(metafile?.outputs ?? {}).map(({ bytes }) => bytes);
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  process.stdout.write(`dist  ${sizes.length} files, ${kilobytes(total)}, started by dist/nspass.js\n`);
}

/** Entry points of Lambda: every file of `functions`. */
function functions(): string[] {
  return globSync('functions/*.ts', { cwd: ROOT })
    .map((file) => basename(file, '.ts'))
    .sort();
}

/** @returns bytes of the function's code, zipped. */
async function measure(name: string): Promise<number> {
  const { outputFiles } = await build({
    ...common,
    target: 'node24',
    entryPoints: [`functions/${name}.ts`],
    outfile: join(DIST, `${name}.mjs`),
    write: false,
    minify: true,
    banner: { js: REQUIRE },
    external: ['@aws-sdk/*'],
  });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  const zipped = deflateRawSync(code, { level: 9 }).length;
  process.stdout.write(`function ${name}  ${kilobytes(code.length)}, zipped ${kilobytes(zipped)}\n`);
  return zipped;
}

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST, { recursive: true });
await buildCommand();
for (const name of functions()) {
  if ((await measure(name)) > MAX_ZIPPED) {
    process.stderr.write(`function ${name} is larger than ${kilobytes(MAX_ZIPPED)} zipped\n`);
    process.exitCode = 1;
  }
}
