import type { WorkRequested } from '../contract/index.ts';
import { decodeRetired, encodeRetired, type Retired } from '../ledger/index.ts';
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
 * Saves and clean-ups: asked for by the audit, done here, because all that writes is a message of the queue (rule 10).
 *
 * Work that fails fails alone: it is reported, and the audit asks for it again while it is due. Nothing else of the
 * queue waits for it.
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
 * Removes the back ends whose drain time is over, each on its own: what is in use after all, or what somebody else's
 * object still names, stays, and its row with it. A cluster whose rows the appliance refuses does not keep it from the
 * others.
 *
 * @returns with the first error.
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

/** @param due of one cluster. */
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

/** So many names fit the URL of one look. */
const AT_ONCE = 20;

/** @returns the names of which nothing of ours is left, and the objects that somebody else has by now. */
async function removeBackends(
  reader: NitroReader,
  writer: NitroWriter,
  context: PlanContext,
  names: readonly string[],
): Promise<{ readonly gone: ReadonlySet<string>; readonly takenOver: readonly string[] }> {
  const exact = anyOf(names);
  // Somebody took it over while it drained: it is left, and is ours to remember no more (LIF-5).
  // An action leads to it: it was taken into use again, or its retirement was broken off before its hosts had moved.
  const [actions = [], monitors = [], balancers = [], pools = []] = await reader.batch([
    { type: 'sslaction', filter: { name: exact } },
    { type: 'lbmonitor', filter: { monitorname: exact } },
    { type: 'lbvserver', filter: { name: exact } },
    { type: 'servicegroup', filter: { servicegroupname: exact } },
  ]);
  const foreign = (rows: readonly NitroRow[], by: string): Set<string> =>
    new Set(rows.filter(({ comment }) => !isOurs(context, comment)).map((row) => String(row[by])));
  const [theirServers, theirGroups] = [foreign(balancers, 'name'), foreign(pools, 'servicegroupname')];
  const used = new Set(actions.map((row) => String(row.name)));
  const unused = names.filter((name) => !used.has(name));
  const isGone = (result: ItemResult): boolean => result === undefined || result.kind === 'gone';
  const remove = async (type: string, by: string, all: readonly string[], theirs: ReadonlySet<string>) => {
    const ours = all.filter((name) => !theirs.has(name));
    const results = await writer.remove(ours.map((name): RemovalItem => ({ type, name: [by, name], args: {} })));
    const failed = new Set(ours.filter((_, index) => !isGone(results[index])));
    return all.filter((name) => !failed.has(name));
  };
  const free = await remove('lbvserver', 'name', unused, theirServers);
  const gone = await remove('servicegroup', 'servicegroupname', free, theirGroups);
  const probing = monitors.filter((row) => gone.includes(String(row.monitorname)));
  const probes = await writer.remove(
    probing.map(
      (row): RemovalItem => ({
        type: 'lbmonitor',
        name: ['monitorname', String(row.monitorname)],
        args: { type: String(row.type) },
      }),
    ),
  );
  // A monitor has no mark: only the row knows of it.
  const left = new Set(probing.filter((_, index) => !isGone(probes[index])).map((row) => String(row.monitorname)));
  return {
    gone: new Set(gone.filter((name) => !left.has(name))),
    takenOver: [
      ...unused.filter((name) => theirServers.has(name)).map((name) => `lbvserver ${name}`),
      ...free.filter((name) => theirGroups.has(name)).map((name) => `servicegroup ${name}`),
    ],
  };
}
