import type { WorkRequested } from '../contract/index.ts';
import { decodeRetired, encodeRetired, type Retired } from '../ledger/index.ts';
import {
  anyOf,
  type ItemResult,
  type NitroReader,
  type NitroWriter,
  type RemovalItem,
  readMap,
} from '../nitro/index.ts';
import type { PlanContext } from '../plan/index.ts';
import type { Engine, WorkDone } from './engine.ts';
import { removeRows } from './write-ledger.ts';

/**
 * Saves and clean-ups: asked for by the audit, done here, because all that writes is a message of the queue (rule 10).
 *
 * Work that fails fails alone: it is reported, and the audit asks for it again while it is due. Nothing else of the
 * queue waits for it.
 */
export async function doWork(
  engine: Engine,
  context: PlanContext,
  requests: readonly WorkRequested[],
): Promise<WorkDone[]> {
  const done: WorkDone[] = [];
  for (const work of new Set(requests.map((request) => request.work))) {
    done.push({ work, ...(work === 'clean-up' ? await cleanUp(engine, context) : await save(engine)) });
  }
  return done;
}

type Result = Omit<WorkDone, 'work'>;

async function save({ writer }: Engine): Promise<Result> {
  try {
    await writer.save();
    return { removed: 0 };
  } catch (error) {
    return { removed: 0, error };
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
  let removed = 0;
  try {
    const maps = await engine.reader.rows('policystringmap', { filter: { name: `/^${context.system}_l_/` } });
    for (const { name } of maps) {
      const rows = await readMap(engine.reader, String(name), { key: '/^R\\./' });
      const due = rows.flatMap((row) => decodeRetired(row) ?? []).filter((retired) => retired.due <= context.now);
      for (let start = 0; start < due.length; start += AT_ONCE) {
        const cleaned = await cleanUpSome(engine, context, due.slice(start, start + AT_ONCE));
        removed += cleaned.removed;
        if (cleaned.error !== undefined) errors.push(cleaned.error);
      }
    }
  } catch (error) {
    errors.push(error);
  }
  const [error] = errors;
  return { removed, ...(error === undefined ? {} : { error }) };
}

/** @param due of one cluster. */
async function cleanUpSome({ reader, writer }: Engine, context: PlanContext, due: readonly Retired[]): Promise<Result> {
  const names = due.map(({ backEnd }) => backEnd);
  const gone = await removeBackEnds(reader, writer, names);
  const done = due.filter(({ backEnd }) => gone.has(backEnd));
  const [first] = done;
  if (first === undefined) return { removed: 0 };
  const keys = done.map((retired) => encodeRetired(retired).key);
  const [refused] = (await removeRows(writer, context, first.owner.cluster, keys)).values();
  return { removed: done.length, ...(refused === undefined ? {} : { error: refused }) };
}

/** So many names fit the URL of one look. */
const AT_ONCE = 20;

/** @returns the names of which nothing is left. */
async function removeBackEnds(
  reader: NitroReader,
  writer: NitroWriter,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const exact = anyOf(names);
  // An action leads to it: it was taken into use again, or its retirement was broken off before its hosts had moved.
  const [actions, monitors] = await Promise.all([
    reader.rows('sslaction', { filter: { name: exact } }),
    reader.rows('lbmonitor', { filter: { monitorname: exact } }),
  ]);
  const used = new Set(actions.map((row) => String(row.name)));
  const unused = names.filter((name) => !used.has(name));
  const isGone = (result: ItemResult): boolean => result === undefined || result.kind === 'gone';
  const servers = await writer.remove(
    unused.map((name): RemovalItem => ({ type: 'lbvserver', name: ['name', name], args: {} })),
  );
  const free = unused.filter((_, index) => isGone(servers[index]));
  const groups = await writer.remove(
    free.map((name): RemovalItem => ({ type: 'servicegroup', name: ['servicegroupname', name], args: {} })),
  );
  const gone = free.filter((_, index) => isGone(groups[index]));
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
