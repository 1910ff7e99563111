import type { WorkRequested } from '../contract/index.ts';
import { decodeRetired, encodeRetired } from '../ledger/index.ts';
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
import type { Engine, WorkDone } from './engine.ts';
import { unbindUnclaimed } from './rows-unclaimed.ts';
import { removeRows } from './write-ledger.ts';

/** Saves and clean-ups: asked for by the audit, done here, because all that writes is a message of the queue (rule 10). */
export async function doWork(
  engine: Engine,
  context: PlanContext,
  requests: readonly WorkRequested[],
): Promise<WorkDone[]> {
  const done: WorkDone[] = [];
  for (const work of new Set(requests.map((request) => request.work))) {
    if (work === 'save') {
      await engine.writer.save();
      done.push({ work, removed: 0 });
      continue;
    }
    const removed = await cleanUp(engine, context);
    const unclaimed = requests.flatMap((request) => request.unclaimed ?? []);
    const unbound = await unbindUnclaimed(engine, context, unclaimed);
    done.push({ work, removed, ...(unbound === 0 ? {} : { unbound }) });
  }
  return done;
}

/**
 * Removes the back ends whose drain time is over, each on its own: what is in use after all, or what somebody else's
 * object still names, stays, and its row with it.
 */
async function cleanUp({ reader, writer }: Engine, context: PlanContext): Promise<number> {
  const maps = await reader.rows('policystringmap', { filter: { name: `/^${context.system}_l_/` } });
  let removed = 0;
  for (const { name } of maps) {
    const rows = await readMap(reader, String(name), { key: '/^R\\./' });
    const due = rows.flatMap((row) => decodeRetired(row) ?? []).filter((retired) => retired.due <= context.now);
    for (let start = 0; start < due.length; start += AT_ONCE) {
      const some = due.slice(start, start + AT_ONCE);
      const gone = await removeBackEnds(
        reader,
        writer,
        context,
        some.map(({ backEnd }) => backEnd),
      );
      const done = some.filter(({ backEnd }) => gone.has(backEnd));
      const keys = done.map((retired) => encodeRetired(retired).key);
      const [first] = done;
      if (first !== undefined) await removeRows(writer, context, first.owner.cluster, keys);
      removed += done.length;
    }
  }
  return removed;
}

/** So many names fit the URL of one look. */
const AT_ONCE = 20;

/** @returns the names of which nothing is left. */
async function removeBackEnds(
  reader: NitroReader,
  writer: NitroWriter,
  context: PlanContext,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
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
  return new Set(gone.filter((name) => !left.has(name)));
}
