import { audit, driftIn } from '../../audit/index.ts';
import { NitroError, type NitroReader, type NitroRow, PERMITTED } from '../../nitro/index.ts';
import type { ApplianceTarget } from '../appliance-target.ts';
import type { ApplianceFacts } from './appliance-checks.ts';
import { boundPolicies } from './bound-policies.ts';
import type { ClockReading } from './clock.ts';
import { tryWrites } from './write-attempts.ts';
import { judgeByPolicies, type WritePermissions, writeCommands } from './write-permissions.ts';

/** How an appliance is looked at. */
export interface ApplianceFactsOptions {
  /** Clusters that it serves; empty if unknown. */
  readonly clusters: readonly string[];
  /** Whether writes for names that do not exist are sent. */
  readonly tryWrites: boolean;
}

/** Reads everything that the checks need, one request after the other: the appliance runs one at a time. */
export async function gatherAppliance(
  target: ApplianceTarget,
  { clusters, tryWrites: attempt }: ApplianceFactsOptions,
): Promise<ApplianceFacts> {
  const { reader } = target.engine;
  const [version] = await allowed(reader, 'nsversion');
  const [features] = await allowed(reader, 'nsfeature');
  const [licence] = await allowed(reader, 'nslicense');
  const nodes = await allowed(reader, 'hanode');
  const clock = await readClock(reader);
  const reads = await tryReads(reader);
  const readable = [...reads.values()].every((error) => error === undefined);
  return {
    version,
    features,
    licence,
    nodes,
    clock,
    reads,
    writes: await writesOf(target, attempt),
    ...(readable ? await auditOf(reader, target.config, clusters) : { unknownClusters: [], drift: [] }),
  };
}

/** Types that the engine lists or reads. */
const READ = Object.entries(PERMITTED).flatMap(([type, { operations }]) => (operations.includes('read') ? [type] : []));

/** Types with one row, which cannot be counted. */
const SETTINGS: readonly string[] = ['nsconfig', 'nsversion', 'nsfeature', 'nslicense', 'hanode'];

async function tryReads(reader: NitroReader): Promise<Map<string, NitroError | undefined>> {
  const results = new Map<string, NitroError | undefined>();
  for (const type of READ) {
    // The licence has a line of its own, and the engine does not read it.
    if (type === 'nslicense') continue;
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

/** Reads the clock. The attribute is in seconds since the epoch (V). */
async function readClock(reader: NitroReader): Promise<ClockReading | undefined> {
  const before = Date.now();
  const [row] = await allowed(reader, 'nsconfig');
  const after = Date.now();
  const seconds = String(row?.systemtime ?? '');
  return /^\d{9,11}$/.test(seconds) ? { before, after, theirs: Number(seconds) * 1_000 } : undefined;
}

async function writesOf(target: ApplianceTarget, attempt: boolean): Promise<WritePermissions> {
  const { engine, config } = target;
  const { systemId } = config;
  const partition = config.partition !== undefined;
  const username = await target.username();
  const of = { systemId, username, needed: config.policy === 'sync' };
  const policies = await boundPolicies(engine.reader, username);
  if (typeof policies !== 'string') {
    const reason = 'are behind a policy that only the appliance can evaluate';
    return { ...of, verdicts: judgeByPolicies(policies, systemId, partition), reason };
  }
  const tried = attempt && of.needed ? await tryWrites(engine.writer, systemId) : new Map<string, never>();
  const commands = writeCommands(partition).map(({ command }) => command);
  return {
    ...of,
    verdicts: new Map(commands.map((command) => [command, tried.get(command) ?? 'unknown'])),
    reason: attempt ? 'are not tried, because they would change something' : `are not known: ${policies}`,
  };
}

async function auditOf(
  reader: NitroReader,
  { name, systemId, drainSeconds, saveAfterSeconds }: ApplianceTarget['config'],
  clusters: readonly string[],
): Promise<Pick<ApplianceFacts, 'unknownClusters' | 'drift'>> {
  const settings = { appliance: name, systemId, clusters, drainSeconds, saveAfterSeconds };
  const drift = driftIn((await audit(reader, settings, Date.now())).findings);
  const unknown = drift.filter(({ code }) => code === 'LedgerMissing');
  return {
    unknownClusters: unknown.map(({ object, cluster = object }) => cluster),
    drift: drift
      .filter((finding) => !unknown.includes(finding))
      .map(({ code, object, is, should }) => `${code} ${object} is ${is}, should be ${should}`),
  };
}
