import { Command, Option } from 'commander';
import { audit, driftIn } from '../../audit/index.ts';
import { NitroError, type NitroReader, type NitroRow, PERMITTED } from '../../nitro/index.ts';
import {
  type ApplianceTarget,
  type ApplianceTargetOptions,
  CREDENTIALS_HELP,
  withApplianceTarget,
  withTarget,
} from '../appliance-target.ts';
import { foldLine, type Screen, screenOf } from '../terminal.ts';
import { type ApplianceFacts, applianceChecks, type DoctorCheck } from './appliance-checks.ts';

interface Options extends ApplianceTargetOptions {
  readonly output: 'table' | 'json';
}

/** `nspass doctor`: whether an appliance has everything that the system needs. Reads only. */
export function doctorCommand(): Command {
  const command = new Command('doctor').addOption(
    new Option('-o, --output <format>', 'how to print').choices(['table', 'json']).default('table'),
  );
  return withApplianceTarget(command)
    .addHelpText(
      'after',
      `
${CREDENTIALS_HELP}

✓ is as needed, ✗ is not, with what to do, ? was not seen. Only the appliance is looked at.

Examples:
  nspass doctor --nitro https://192.0.2.5
  nspass doctor --config appliances.yml --appliance edge -o json

Exit status: 0 where nothing is wrong, 1 where something is, 2 for wrong usage, 3 where the appliance cannot be reached.`,
    )
    .action(async (options: Options) => {
      await withTarget(options, async (target) => {
        // Without a configuration nobody says which clusters the appliance serves.
        const clusters = options.nitro === undefined ? target.config.clusters : [];
        const checks = applianceChecks(await gather(target, clusters));
        const text =
          options.output === 'json' ? JSON.stringify(checks, null, 2) : renderChecks(checks, screenOf(process.stdout));
        process.stdout.write(`${text}\n`);
        if (checks.some(({ result }) => result === 'failed')) process.exitCode = 1;
      });
    });
}

const MARKS = { ok: '✓', failed: '✗', unseen: '?' } as const;
const STYLES = { ok: 'green', failed: 'red', unseen: 'dim' } as const;

/** Returns a line for each check, and a remedy below what is wrong. */
export function renderChecks(checks: readonly DoctorCheck[], screen: Screen): string {
  const width = Math.max(...checks.map(({ check }) => check.length));
  return checks
    .flatMap(({ check, result, text, remedy }) => [
      screen.paint(
        STYLES[result],
        foldLine(`${MARKS[result]} ${check.padEnd(width)}  ${text}`, screen, ' '.repeat(width + 4)),
      ),
      ...(remedy === undefined ? [] : [foldLine(`  → ${remedy}`, screen, '    ')]),
    ])
    .join('\n');
}

async function gather(
  { name, config, engine: { reader } }: ApplianceTarget,
  clusters: readonly string[],
): Promise<ApplianceFacts> {
  const [version] = await allowed(reader, 'nsversion');
  const [features] = await allowed(reader, 'nsfeature');
  const reads = await tryReads(reader);
  return {
    name,
    version,
    features,
    nodes: await allowed(reader, 'hanode'),
    reads,
    drift: [...reads.values()].some((error) => error !== undefined) ? [] : await driftOf(reader, config, clusters),
  };
}

/** Types that the engine lists; the others are files and single settings. */
const LISTED = Object.entries(PERMITTED).flatMap(([type, { operations }]) =>
  operations.includes('read') && type !== 'systemfile' ? [type] : [],
);

async function tryReads(reader: NitroReader): Promise<Map<string, NitroError | undefined>> {
  const results = new Map<string, NitroError | undefined>();
  // One after the other: the appliance runs one request at a time.
  for (const type of LISTED) {
    try {
      if (SETTINGS.includes(type)) await reader.rows(type);
      else await reader.count(type, type.endsWith('_binding') ? { filter: { [parentOf(type)]: NO_NAME } } : {});
      results.set(type, undefined);
    } catch (error) {
      if (!(error instanceof NitroError)) throw error;
      results.set(type, error);
    }
  }
  return results;
}

/** Types with one row, which cannot be counted. */
const SETTINGS: readonly string[] = ['nsconfig', 'nsversion', 'nsfeature', 'hanode'];

/** Matches no object: the permission is tried, and nothing is transferred. */
const NO_NAME = '/^nspass-doctor$/';

/** Returns the attribute of a binding that names its parent. */
function parentOf(type: string): string {
  if (type.startsWith('servicegroup_')) return 'servicegroupname';
  return type.startsWith('sslvserver_') ? 'vservername' : 'name';
}

/** Returns rows of a type; none if the user may not read it. */
async function allowed(reader: NitroReader, type: string): Promise<NitroRow[]> {
  try {
    return await reader.rows(type);
  } catch (error) {
    if (error instanceof NitroError && !error.transient) return [];
    throw error;
  }
}

async function driftOf(
  reader: NitroReader,
  { name, systemId, drainSeconds, saveAfterSeconds }: ApplianceTarget['config'],
  clusters: readonly string[],
): Promise<string[]> {
  const settings = { appliance: name, systemId, clusters, drainSeconds, saveAfterSeconds };
  const { findings } = await audit(reader, settings, Date.now());
  return driftIn(findings).map(({ code, object, is, should }) => `${code} ${object} is ${is}, should be ${should}`);
}
