// Generates documentation from the code. `--check` writes nothing, and fails with the names of outdated files.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderFindings } from '../lib/ingress/index.ts';
import { renderAdmission } from './admission-docs.ts';
import { renderAdmissionRules } from './admission-policy.ts';
import { renderMonitoring } from './alarm-docs.ts';
import { renderAnnotations } from './annotation-docs.ts';
import { renderApplianceDefaults } from './appliance-docs.ts';
import { renderNetscalerUser } from './command-policy.ts';
import { renderConformance } from './conformance-docs.ts';
import { DETAIL_TYPES, eventSchema, renderEvents, schemaFile } from './event-docs.ts';
import { renderApplianceFacts } from './fact-docs.ts';
import { renderCli, renderConfiguration, renderMetrics } from './reference-docs.ts';
import { renderSimulatorTypes } from './simulator-docs.ts';
import { renderWhy } from './why-docs.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SCHEMAS = 'docs/events';

/** Formats a page like `npm run format`, so that generator and formatter agree. */
function formatted(file: string, text: string): string {
  return execFileSync(join(ROOT, 'node_modules/.bin/biome'), ['format', `--stdin-file-path=${file}`], {
    cwd: ROOT,
    input: text,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

/** Returns every generated file: path → content. */
function generated(): Map<string, string> {
  const pages = {
    'docs/admission.md': renderAdmission,
    'docs/annotations.md': renderAnnotations,
    'docs/appliance-defaults.md': renderApplianceDefaults,
    'docs/appliance-facts.md': renderApplianceFacts,
    'docs/conformance.md': renderConformance,
    'docs/events.md': renderEvents,
    'docs/findings.md': renderFindings,
    'docs/metrics.md': renderMetrics,
    'docs/configuration.md': renderConfiguration,
    'docs/cli.md': renderCli,
    'docs/simulator-types.md': renderSimulatorTypes,
    'docs/why.md': renderWhy,
    'docs/deploy/netscaler-user.md': renderNetscalerUser,
    'docs/deploy/monitoring.md': renderMonitoring,
  };
  return new Map([
    ...DETAIL_TYPES.map((detailType): [string, string] => [
      `${SCHEMAS}/${schemaFile(detailType)}`,
      `${JSON.stringify(eventSchema(detailType), null, 2)}\n`,
    ]),
    ['infra/helm/templates/_admission-rules.tpl', renderAdmissionRules()],
    ...Object.entries(pages).map(([file, render]): [string, string] => [file, formatted(file, render())]),
  ]);
}

function current(file: string): string | undefined {
  try {
    return readFileSync(join(ROOT, file), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Returns schemas of events that no longer exist. */
function leftovers(files: ReadonlyMap<string, string>): string[] {
  mkdirSync(join(ROOT, SCHEMAS), { recursive: true });
  return readdirSync(join(ROOT, SCHEMAS))
    .map((name) => `${SCHEMAS}/${name}`)
    .filter((file) => !files.has(file));
}

const [first, ...others] = process.argv.slice(2);
if (others.length > 0 || (first !== undefined && first !== '--check')) {
  process.stderr.write(`Unknown: ${first === '--check' ? others[0] : first}. Usage: npm run generate [-- --check]\n`);
  process.exit(2);
}
const files = generated();
const stale = [...files].filter(([file, text]) => current(file) !== text).map(([file]) => file);
const gone = leftovers(files);
if (first === '--check') {
  for (const file of stale) process.stderr.write(`${file} is out of date: run \`npm run generate\`\n`);
  for (const file of gone) process.stderr.write(`${file} belongs to no event: run \`npm run generate\`\n`);
  process.exitCode = stale.length + gone.length === 0 ? 0 : 1;
} else {
  for (const file of stale) {
    mkdirSync(dirname(join(ROOT, file)), { recursive: true });
    writeFileSync(join(ROOT, file), files.get(file) ?? '');
    process.stdout.write(`wrote ${file}\n`);
  }
  for (const file of gone) {
    rmSync(join(ROOT, file));
    process.stdout.write(`removed ${file}\n`);
  }
  process.stdout.write(`generated: ${files.size} files, ${stale.length} written\n`);
}
