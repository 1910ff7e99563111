// Packages the project in the working directory without an AWS account: into .serverless for osls, and into
// .serverless/standalone for plain CloudFormation.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigurationInvalid } from '../lib/config/load.ts';
import { readAppliances } from './load.ts';
import { configurationErrors, packageOptions, USAGE } from './package-options.ts';
import { standalone } from './standalone.ts';

const OUT = '.serverless';
const OWN = 'appliances.yml';
const EXAMPLE = 'appliances.example.yml';
/** Functions with larger zips start slowly. */
const MAX_ZIP_BYTES = 1_000_000;

const options = packageOptions(process.argv.slice(2));
if (options === 'help') {
  process.stdout.write(USAGE);
  process.exit(0);
}
if ('error' in options) {
  process.stderr.write(`${options.error}.\n\n${USAGE}`);
  process.exit(2);
}

const appliances = options.appliances ?? (existsSync(OWN) ? OWN : EXAMPLE);
if (appliances === EXAMPLE && options.appliances === undefined) {
  process.stderr.write(`${OWN} does not exist: packaging ${EXAMPLE} as an example.\n`);
}
try {
  // osls would wrap the error in a message of its own and a stack trace.
  readAppliances(appliances);
} catch (error) {
  if (!(error instanceof ConfigurationInvalid)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}

// Files get the same permissions on every machine.
process.umask(0o022);
process.stderr.write('Packaging …\n');
const region = options.region === undefined ? [] : [`--region=${options.region}`];
const osls = spawnSync(
  process.execPath,
  [
    'node_modules/osls/bin/serverless.js',
    'package',
    `--stage=${options.stage}`,
    ...region,
    `--param=appliances=${appliances}`,
  ],
  { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', env: { ...process.env, SLS_NOTIFICATIONS_MODE: 'off' } },
);
if (osls.status !== 0) {
  // osls repeats an invalid configuration for each variable, on standard output.
  const output = `${osls.stdout}${osls.stderr}`;
  const errors = configurationErrors(output);
  process.stderr.write(errors.length === 0 ? output : `${errors.join('\n')}\n`);
  process.exit(errors.length === 0 ? (osls.status ?? 1) : 2);
}
process.stderr.write(`${osls.stdout}${osls.stderr}`);

const zips = new Map(
  readdirSync(OUT)
    .filter((name) => name.endsWith('.zip'))
    .sort()
    .map((name) => [name, readFileSync(join(OUT, name))]),
);
const packaged = JSON.parse(readFileSync(join(OUT, 'cloudformation-template-update-stack.json'), 'utf8'));
const { template, keys } = standalone(packaged, zips);

const target = join(OUT, 'standalone');
rmSync(target, { recursive: true, force: true });
write(join(target, 'template.json'), `${JSON.stringify(template, null, 2)}\n`);
for (const [name, content] of zips) {
  const key = keys.get(name) ?? name;
  write(join(target, key), content);
  process.stdout.write(`${join(target, key)}  ${(content.length / 1000).toFixed(0)} kB\n`);
  if (content.length > MAX_ZIP_BYTES) {
    process.stderr.write(`${name} is larger than ${MAX_ZIP_BYTES} bytes\n`);
    process.exitCode = 1;
  }
}
process.stdout.write(`${join(target, 'template.json')}\n`);

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
