import { type Owner, ownerKey } from '../../lib/contract/index.ts';
import { decide, decodeLedger, hashesOf, sameHashes } from '../../lib/ledger/index.ts';
import { namesOf } from '../../lib/netscaler/index.ts';
import { readMap } from '../../lib/nitro/index.ts';
import type { Change, PlanContext } from '../../lib/plan/index.ts';
import { writeFinalRows } from '../../lib/reconcile/apply/ledger-phases.ts';
import { planAndApply } from '../../lib/reconcile/apply/plan-and-apply.ts';
import type { ReceivedStatement } from '../../lib/reconcile/decide/batch.ts';
import { type ClusterBatch, ledgerKey } from '../../lib/reconcile/decide/cluster-batch.ts';
import { NO_HASHES, type Task } from '../../lib/reconcile/decide/task.ts';
import { canonical, type RouteSet } from '../../lib/route/index.ts';
import { askNobody, type World } from './engine.ts';

/** The engine below the meaning of an Ingress: routes in, without an event. */

/** The routes that an owner shall have; undefined for none. */
export interface Wish {
  readonly owner: Owner;
  readonly routes: RouteSet | undefined;
}

const sequences = new WeakMap<World, number>();

/**
 * Brings owners of one cluster to their routes, with their records, in one plan.
 *
 * @param verify compares the real objects.
 * @returns the changes that were written.
 * @throws {Error} when the appliance rejects a change.
 */
export async function bring(world: World, wishes: readonly Wish[], verify = false): Promise<readonly Change[]> {
  const { settings, reader } = world.engine;
  const context: PlanContext = {
    system: settings.systemId,
    names: namesOf(settings.systemId),
    drainSeconds: settings.drainSeconds,
    now: Math.floor(world.engine.now() / 1000),
  };
  const sequence = (sequences.get(world) ?? world.engine.now()) + 1;
  sequences.set(world, sequence);
  const cluster = wishes[0]?.owner.cluster ?? '';
  const statements = wishes.map(
    ({ owner }): ReceivedStatement => ({
      kind: 'single',
      owner,
      sequence,
      state: undefined,
      verify,
      clusterUid: `uid-${cluster}`,
      takesOver: false,
      replayed: false,
    }),
  );
  const received = { cluster, statements };
  const key = ledgerKey(received);
  const rows = await readMap(reader, context.names.ledgerMap(cluster), key === undefined ? undefined : { key });
  const ledger = decodeLedger(rows);
  const wanted = new Map(wishes.map(({ owner, routes }) => [ownerKey(owner), routes]));
  const tasks = decide(statements, ledger).decisions.map((decision): Task => {
    const routes = wanted.get(decision.key);
    const set = routes === undefined ? undefined : canonical(routes);
    const hashes = set === undefined ? NO_HASHES : hashesOf(set);
    const same = decision.row?.kind === 'live' && set !== undefined && sameHashes(decision.row.hashes, hashes);
    const action = decision.verify ? 'verify' : same ? 'record' : 'plan';
    return { decision, wanted: set, hashes, findings: [], action };
  });
  const part: ClusterBatch = {
    received,
    ledger,
    isNew: rows.length === 0,
    identity: { uid: `uid-${cluster}` },
    foreignStatements: [],
    tasks,
    stale: [],
    snapshots: [],
    outvoted: new Set(),
    refusals: new Map(),
  };
  const run = { engine: world.engine, context, parts: [part], requestResync: askNobody };
  const applied = await planAndApply(
    run,
    tasks.filter(({ action }) => action !== 'record'),
  );
  await writeFinalRows(run, applied, { publish: async () => {} });
  const failed = [...applied.byKey.values()].flatMap(({ failures }) => failures);
  if (failed.length > 0) throw new Error(failed.map(({ error }) => error.message).join('; '));
  return applied.changes;
}
