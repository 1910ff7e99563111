import type { WorkRequested } from '../contract/index.ts';
import { decodeRetired, encodeRetired } from '../ledger/index.ts';
import type { RemovalItem } from '../nitro/index.ts';
import { readMap } from '../nitro/index.ts';
import type { PlanContext } from '../plan/index.ts';
import type { Engine } from './engine.ts';
import { removeRows } from './write-ledger.ts';

export interface WorkDone {
  readonly work: WorkRequested['work'];
  /** Back ends that were removed. */
  readonly removed: number;
}

/** Saves and clean-ups: asked for by the audit, done here, because all that writes is a message of the queue (rule 10). */
export async function doWork(
  engine: Engine,
  context: PlanContext,
  requests: readonly WorkRequested[],
): Promise<WorkDone[]> {
  const done: WorkDone[] = [];
  for (const work of new Set(requests.map((request) => request.work))) {
    const removed = work === 'clean-up' ? await cleanUp(engine, context) : 0;
    if (work === 'save') await engine.writer.save();
    done.push({ work, removed });
  }
  return done;
}

/** Removes the back ends whose drain time is over. */
async function cleanUp({ reader, writer }: Engine, context: PlanContext): Promise<number> {
  const maps = await reader.rows('policystringmap', { filter: { name: `/^${context.system}_l_/` } });
  let removed = 0;
  for (const { name } of maps) {
    const rows = await readMap(reader, String(name), { key: '/^R\\./' });
    const due = rows.flatMap((row) => decodeRetired(row) ?? []).filter((retired) => retired.due <= context.now);
    const names = due.map((retired) => retired.backEnd);
    const items: RemovalItem[] = [
      ...names.map((backEnd) => ({ type: 'lbvserver', name: ['name', backEnd] as const, args: {} })),
      ...names.map((backEnd) => ({ type: 'servicegroup', name: ['servicegroupname', backEnd] as const, args: {} })),
    ];
    const results = await writer.remove(items);
    const refused = results.find((result) => result !== undefined && result.kind !== 'gone');
    if (refused !== undefined) throw refused;
    const [first] = due;
    if (first !== undefined) {
      await removeRows(
        writer,
        context,
        first.owner.cluster,
        due.map((retired) => encodeRetired(retired).key),
      );
    }
    removed += due.length;
  }
  return removed;
}
