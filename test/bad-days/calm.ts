import { readRecord } from './ledger-rows.ts';
import { carries, keyOf } from './model.ts';
import type { World } from './world.ts';

const HOUR = 3_600_000;

/** Intervals of snapshots and audits after which everything must be right (I4). */
const MOST_ROUNDS = 4;

/**
 * Lets a world without faults come to rest, and judges it: every route is what the model says (I4), every Ingress shows
 * it (I5, REP-1), and the ledger holds nothing more than it must (I6).
 *
 * An operator does what the runbooks say: he redrives outcomes that were received too often, and confirms a refused
 * snapshot (rule 11) after the lists are whole again.
 *
 * @returns the number of intervals that it took.
 */
export async function comeToRest(world: World): Promise<number> {
  const { clock, schedule } = world;
  const intervalMs = schedule.world.intervalHours * HOUR;
  let wrong: string[] = [];
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    world.redrive();
    // The schedule of snapshots adds up to a tenth.
    await clock.advanceTo(clock.now() + intervalMs * 1.1);
    confirmRefused(world);
    await clock.advanceTo(clock.now() + HOUR / 6);
    for (const appliance of world.appliances.values()) world.watch.lookAtForeign(appliance, 'in calm times');
    wrong = differences(world);
    if (wrong.length > 0) continue;
    for (const { unrecorded } of world.clusters.values()) unrecorded.clear();
    for (const appliance of world.appliances.values()) {
      appliance.distrusted = undefined;
      world.watch.settle(appliance);
    }
    return round;
  }
  for (const { id, what } of wrong.map(parse)) world.violate({ id, at: clock.now(), what });
  return MOST_ROUNDS;
}

const parse = (line: string): { id: string; what: string } => ({ id: line.slice(0, 2), what: line.slice(3) });

function confirmRefused(world: World): void {
  for (const { leader } of world.clusters.values()) {
    const forwarder = leader.running;
    if (forwarder?.notes().some((note) => note.startsWith('snapshots:') && note.includes('refuses')) === true) {
      world.journal.count('confirmed by an operator');
      forwarder.snapshot('operator', { confirmed: true });
    }
  }
}

/** Everything that is not as it should be, each with the id of its invariant. */
function differences(world: World): string[] {
  return [
    ...world.watch.differences().map((what) => `I4 ${what}`),
    ...statuses(world).map((what) => `I5 ${what}`),
    ...ledgers(world).map((what) => `I6 ${what}`),
  ];
}

/**
 * REP-1: the status of each Ingress shows its address where a host of it carries traffic, and nothing otherwise, but for
 * former addresses of which nobody is told again (docs/limits.md).
 */
function statuses(world: World): string[] {
  const { tenants, schedule, unheard } = world;
  return [...tenants.ingresses.values()].flatMap((ingress) => {
    const shown = world.shownOf(ingress);
    const should = carries(tenants, ingress, schedule.world.appliances) ? ingress.vip : '';
    const stale = unheard.get(keyOf(ingress));
    const is = shown.filter((ip) => ip === should || stale?.has(ip) !== true).join(',');
    return is === should ? [] : [`${ingress.cluster} ${ingress.name}: its status shows "${is}" instead of "${should}"`];
  });
}

/** Rows of the ledger: one record for each Ingress that has routes, no tombstone, and few watermarks. */
function ledgers(world: World): string[] {
  const { tenants, clock } = world;
  return [...world.appliances.values()].flatMap(({ name, plan, simulator }) => {
    const rows = simulator.runningConfig().split('\n').flatMap(readRecord);
    const of = (kind: string): number => rows.filter((row) => row.kind === kind).length;
    const live = [...tenants.ingresses.values()].filter(
      (each) => each.selected && plan.vips.includes(each.vip) && plan.clusters.includes(each.cluster),
    ).length;
    const overdue = rows.filter(({ kind, due }) => kind === 'retired' && due * 1_000 < clock.now() - 3 * HOUR * 12);
    return [
      ...(of('live') === live ? [] : [`${name}: ${of('live')} live records for ${live} Ingresses`]),
      ...(of('pending') === 0 ? [] : [`${name}: ${of('pending')} records are pending`]),
      ...(of('tombstone') === 0 ? [] : [`${name}: ${of('tombstone')} tombstones are left`]),
      ...(of('watermark') <= plan.clusters.length ? [] : [`${name}: ${of('watermark')} watermarks`]),
      ...(overdue.length === 0 ? [] : [`${name}: ${overdue.length} retired back ends are overdue`]),
    ];
  });
}
