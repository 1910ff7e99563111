import type { WorkRequested } from '../contract/index.ts';
import { decodeRetired, encodeRetired, type Retired } from '../ledger/index.ts';
import { TYPES } from '../netscaler/index.ts';
import {
  anyOf,
  type ItemResult,
  isOurs,
  type NitroReader,
  type NitroRow,
  type NitroWriter,
  type RemovalItem,
  readMap,
} from '../nitro/index.ts';
import type { PlanContext } from '../plan/index.ts';
import { removeRows } from './apply/ledger-writer.ts';
import { unbindUnclaimed } from './apply/unclaimed-rows.ts';
import type { Engine, MaintenanceResult } from './engine.ts';

/**
 * Saves the configuration and cleans up. The audit requests the work, and it is done here, because every write is a
 * message of the queue (rule 10).
 *
 * Work that fails delays nothing else of the queue: it is reported, and the audit requests it again while it is due.
 */
export async function runMaintenance(
  engine: Engine,
  context: PlanContext,
  requests: readonly WorkRequested[],
): Promise<MaintenanceResult[]> {
  const done: MaintenanceResult[] = [];
  for (const work of new Set(requests.map((request) => request.work))) {
    if (work === 'save') {
      done.push({ work, ...(await save(engine)) });
      continue;
    }
    engine.kept?.clear();
    const cleaned = await cleanUp(engine, context);
    const unclaimed = requests.flatMap((request) => request.unclaimed ?? []);
    done.push({ work, ...cleaned, ...(await unbind(engine, context, unclaimed, cleaned)) });
  }
  return done;
}

type Result = Omit<MaintenanceResult, 'work'>;

async function save({ writer }: Engine): Promise<Result> {
  try {
    await writer.save();
    return { removed: 0 };
  } catch (error) {
    return { removed: 0, error };
  }
}

async function unbind(
  { reader, writer }: Engine,
  context: PlanContext,
  unclaimed: Parameters<typeof unbindUnclaimed>[2],
  { error: before }: Result,
): Promise<Pick<Result, 'error' | 'unbound'>> {
  try {
    const unbound = await unbindUnclaimed({ reader, writer }, context, unclaimed);
    return unbound === 0 ? {} : { unbound };
  } catch (error) {
    return { error: before ?? error };
  }
}

/**
 * Removes the back ends whose drain time is over, each by itself: one that is used again, or that a foreign object
 * refers to, stays together with its row. A cluster whose rows the appliance refuses does not delay the others.
 *
 * @returns the first error, among others.
 */
async function cleanUp(engine: Engine, context: PlanContext): Promise<Result> {
  const errors: unknown[] = [];
  const takenOver: string[] = [];
  let removed = 0;
  try {
    const maps = await engine.reader.rows('policystringmap', { filter: { name: `/^${context.system}_l_/` } });
    for (const { name } of maps) {
      const rows = await readMap(engine.reader, String(name), { key: '/^R\\./' });
      const due = rows.flatMap((row) => decodeRetired(row) ?? []).filter((retired) => retired.due <= context.now);
      for (let start = 0; start < due.length; start += AT_ONCE) {
        const cleaned = await cleanUpSome(engine, context, due.slice(start, start + AT_ONCE));
        removed += cleaned.removed;
        takenOver.push(...(cleaned.takenOver ?? []));
        if (cleaned.error !== undefined) errors.push(cleaned.error);
      }
    }
  } catch (error) {
    errors.push(error);
  }
  const [error] = errors;
  return {
    removed,
    ...(takenOver.length === 0 ? {} : { takenOver }),
    ...(error === undefined ? {} : { error }),
  };
}

/** @param due retired back ends of one cluster. */
async function cleanUpSome({ reader, writer }: Engine, context: PlanContext, due: readonly Retired[]): Promise<Result> {
  const names = due.map(({ backend }) => backend);
  const { gone, takenOver } = await removeBackends(reader, writer, context, names);
  const done = due.filter(({ backend }) => gone.has(backend));
  const [first] = done;
  if (first === undefined) return { removed: 0, takenOver };
  const keys = done.map((retired) => encodeRetired(retired).key);
  const [refused] = (await removeRows(writer, context, first.owner.cluster, keys)).values();
  return { removed: done.length, takenOver, ...(refused === undefined ? {} : { error: refused }) };
}

/** Most names that fit the URL of one read. */
const AT_ONCE = 20;

/** The result of removing back ends. */
interface Removed {
  /** Names of which no object of ours is left. */
  readonly gone: ReadonlySet<string>;
  /** Objects that somebody took over: they are left, and their row is removed (LIF-5). */
  readonly takenOver: readonly string[];
}

async function removeBackends(
  reader: NitroReader,
  writer: NitroWriter,
  context: PlanContext,
  names: readonly string[],
): Promise<Removed> {
  const exact = anyOf(names);
  const [actions = [], monitors = [], balancers = [], pools = []] = await reader.batch([
    { type: 'sslaction', filter: { name: exact } },
    { type: 'lbmonitor', filter: { monitorname: exact } },
    { type: 'lbvserver', filter: { name: exact } },
    { type: 'servicegroup', filter: { servicegroupname: exact } },
  ]);
  const foreign = (rows: readonly NitroRow[], by: string): Set<string> =>
    new Set(rows.filter(({ comment }) => !isOurs(context, comment)).map((row) => String(row[by])));
  const [foreignServers, foreignGroups] = [foreign(balancers, 'name'), foreign(pools, 'servicegroupname')];
  // An action that leads to a back end shows that it is used again, or that its retirement was interrupted.
  const used = new Set(actions.map((row) => String(row.name)));
  const unused = names.filter((name) => !used.has(name));
  const free = await removeNamed(writer, 'lbvserver', unused, foreignServers);
  const gone = await removeNamed(writer, 'servicegroup', free, foreignGroups);
  const left = await removeMonitors(
    writer,
    monitors.filter((row) => gone.includes(String(row.monitorname))),
  );
  return {
    gone: new Set(gone.filter((name) => !left.has(name))),
    takenOver: [
      ...unused.filter((name) => foreignServers.has(name)).map((name) => `lbvserver ${name}`),
      ...free.filter((name) => foreignGroups.has(name)).map((name) => `servicegroup ${name}`),
    ],
  };
}

const isGone = (result: ItemResult): boolean => result === undefined || result.kind === 'gone';

/** Removes objects by name, except foreign ones. @returns the names that the appliance did not refuse to remove. */
async function removeNamed(
  writer: NitroWriter,
  type: 'lbvserver' | 'servicegroup',
  names: readonly string[],
  foreign: ReadonlySet<string>,
): Promise<string[]> {
  const [attribute] = TYPES[type].id;
  const ours = names.filter((name) => !foreign.has(name));
  const results = await writer.remove(ours.map((name): RemovalItem => ({ type, name: [attribute, name], args: {} })));
  const failed = new Set(ours.filter((_, index) => !isGone(results[index])));
  return names.filter((name) => !failed.has(name));
}

/** Removes monitors. @returns the names of those that are left: a monitor has no mark, only its row names it. */
async function removeMonitors(writer: NitroWriter, monitors: readonly NitroRow[]): Promise<Set<string>> {
  const results = await writer.remove(
    monitors.map(
      (row): RemovalItem => ({
        type: 'lbmonitor',
        name: ['monitorname', String(row.monitorname)],
        args: { type: String(row.type) },
      }),
    ),
  );
  return new Set(monitors.filter((_, index) => !isGone(results[index])).map((row) => String(row.monitorname)));
}
