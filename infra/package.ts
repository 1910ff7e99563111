// Packages the project of the working directory without an account: into .serverless as osls deploys it, and into
// .serverless/standalone as plain CloudFormation takes it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigurationInvalid } from '../lib/config/load.ts';
import { readAppliances } from './load.ts';
import { standalone } from './standalone.ts';

const OUT = '.serverless';
const OWN = 'appliances.yml';
const EXAMPLE = 'appliances.example.yml';
/** A zip of more than this starts slowly. */
const MAX_ZIP_BYTES = 1_000_000;

const { values } = parseArgs({
  options: {
    stage: { type: 'string', default: 'dev' },
    appliances: { type: 'string' },
  },
});

const appliances = values.appliances ?? (existsSync(OWN) ? OWN : EXAMPLE);
if (appliances === EXAMPLE && values.appliances === undefined) {
  process.stderr.write(`There is no ${OWN}: this packages ${EXAMPLE}, to look at.\n`);
}
try {
  // osls would wrap the reason in its own words and a stack trace.
  readAppliances(appliances);
} catch (error) {
  if (!(error instanceof ConfigurationInvalid)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}

// The zips say who may read a file.
process.umask(0o022);
const osls = spawnSync(
  process.execPath,
  ['node_modules/osls/bin/serverless.js', 'package', `--stage=${values.stage}`, `--param=appliances=${appliances}`],
  { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, SLS_NOTIFICATIONS_MODE: 'off' } },
);
if (osls.status !== 0) process.exit(osls.status ?? 1);

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
    process.stderr.write(`${name} has more than ${MAX_ZIP_BYTES} bytes\n`);
    process.exitCode = 1;
  }
}
process.stdout.write(`${join(target, 'template.json')}\n`);

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
