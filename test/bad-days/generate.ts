import { seededRandom } from '../../lib/local-aws/random.ts';
import { DAMAGE_KINDS } from '../support/damage.ts';
import {
  type Action,
  type AppliancePlan,
  type Breakage,
  type BusMode,
  CLUSTERS,
  type FaultAction,
  type Schedule,
  type Step,
  type TenantAction,
  type WorldPlan,
} from './schedule.ts';

/** Hosts that tenants want. They overlap, so that claims compete and wildcards shadow. */
export const HOSTS = [
  'a.example.com',
  'b.example.com',
  'c.example.com',
  '*.example.com',
  'x.a.example.com',
  '*.a.example.com',
  'd.example.org',
  'e.example.org',
] as const;

/** Tenants of each cluster: a namespace with an Ingress and Services of its own. */
export const TENANTS = ['t0', 't1', 't2', 't3', 't4'] as const;
const SERVICES = ['web', 'api'] as const;

const DAY = 1440;

class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.#random() * (to - from + 1));
  }

  one<T>(list: readonly T[]): T {
    return list[this.between(0, list.length - 1)] as T;
  }

  oneIn(sides: number): boolean {
    return this.between(1, sides) === 1;
  }

  some<T>(list: readonly T[], most: number): T[] {
    const rest = [...list];
    return Array.from(
      { length: this.between(1, most) },
      () => rest.splice(this.between(0, rest.length - 1), 1)[0] as T,
    );
  }
}

function worldOf(dice: Dice, sockets: boolean): WorldPlan {
  const edge = (pair: boolean): AppliancePlan => ({
    name: 'edge',
    pair,
    clusters: [...CLUSTERS],
    vips: ['192.0.2.10', '192.0.2.11'],
  });
  const core: AppliancePlan = { name: 'core', pair: true, clusters: ['east'], vips: ['192.0.2.20'] };
  const shape = dice.one(['single', 'single', 'pair', 'two']);
  return {
    appliances: shape === 'two' ? [edge(false), core] : [edge(shape === 'pair')],
    intervalHours: dice.one([12, 12, 24]),
    drainSeconds: dice.one([0, 300]),
    prune: dice.oneIn(3) ? { percent: 30, minimum: 2 } : { percent: 0, minimum: 0 },
    sockets,
  };
}

function tenantAction(dice: Dice, world: WorldPlan): TenantAction {
  const cluster = dice.one(CLUSTERS);
  const tenant = dice.one(TENANTS);
  const name = `${tenant}/site`;
  const roll = dice.between(1, 10);
  if (roll <= 5) {
    const vips = world.appliances.flatMap((appliance) => appliance.vips);
    return {
      do: 'ingress',
      cluster,
      name,
      hosts: dice.some(HOSTS, 3),
      vip: dice.one(vips),
      service: `${tenant}/${dice.one(SERVICES)}`,
    };
  }
  if (roll === 6) return { do: 'delete', cluster, name };
  if (roll === 7) return { do: 'deselect', cluster, name };
  return { do: 'members', cluster, service: `${tenant}/${dice.one(SERVICES)}`, count: dice.one([0, 1, 1, 2, 2, 3]) };
}

type Maker = (dice: Dice, world: WorldPlan) => FaultAction | undefined;

const minutes = (dice: Dice): number => dice.one([2, 10, 45, 180, 700]);
const appliance = (dice: Dice, world: WorldPlan): string => dice.one(world.appliances).name;
const BREAKAGES: readonly Breakage[] = ['lost-before', 'lost-after', 'busy', 'refused', 'reboot', 'failover', 'hand'];
const BUS_MODES: readonly BusMode[] = ['refuse', 'partial', 'unsure', 'black-hole', 'disorder', 'disorder'];
const FULL_TYPES = ['policystringmap_pattern_binding', 'lbvserver', 'servicegroup', 'sslpolicy', 'csvserver'];

const MAKERS: readonly Maker[] = [
  (dice) => ({ do: 'api-down', cluster: dice.one(CLUSTERS), minutes: minutes(dice) }),
  (dice) => ({
    do: 'api-empty',
    cluster: dice.one(CLUSTERS),
    kind: dice.one(['Ingress', 'Ingress', 'Service', 'EndpointSlice'] as const),
    minutes: minutes(dice),
  }),
  (dice) => ({ do: 'api-expire', cluster: dice.one(CLUSTERS) }),
  (dice) => ({ do: 'api-stale', cluster: dice.one(CLUSTERS), minutes: minutes(dice) }),
  (dice) => ({ do: 'api-half-page', cluster: dice.one(CLUSTERS), times: dice.between(1, 4) }),
  (dice) => ({ do: 'leader-kill', cluster: dice.one(CLUSTERS), minutes: dice.one([0, 1, 10, 120]) }),
  (dice) => ({ do: 'leader-kill', cluster: dice.one(CLUSTERS), minutes: dice.one([0, 1, 10, 120]) }),
  (dice) => ({ do: 'starve', cluster: dice.one(CLUSTERS), minutes: minutes(dice) }),
  (dice) => ({ do: 'bus', mode: dice.one(BUS_MODES), minutes: minutes(dice) }),
  (dice) => ({ do: 'bus', mode: dice.one(BUS_MODES), minutes: minutes(dice) }),
  (dice, world) => ({ do: 'redeliver', appliance: appliance(dice, world), times: dice.between(1, 3) }),
  (dice, world) => ({
    do: 'kill',
    appliance: appliance(dice, world),
    call: dice.between(1, 14),
    after: dice.oneIn(2),
  }),
  (dice, world) => ({
    do: 'kill',
    appliance: appliance(dice, world),
    call: dice.between(3, 25),
    after: dice.oneIn(2),
  }),
  (dice, world) => {
    const how = dice.one(BREAKAGES);
    const on = dice.one(world.appliances);
    if (how === 'failover' && !on.pair) return undefined;
    return { do: 'break', appliance: on.name, call: dice.between(1, 20), how, pick: dice.between(0, 200) };
  },
  (dice) => ({ do: 'functions-off', minutes: minutes(dice) }),
  (dice, world) => ({
    do: 'slow',
    appliance: appliance(dice, world),
    minutes: minutes(dice),
    ms: dice.one([1_000, 8_000, 15_000, 40_000]),
  }),
  (dice, world) => ({
    do: 'full',
    appliance: appliance(dice, world),
    minutes: minutes(dice),
    type: dice.one(FULL_TYPES),
  }),
  (dice, world) => ({ do: 'unreachable', appliance: appliance(dice, world), minutes: minutes(dice) }),
  (dice, world) => ({ do: 'reboot', appliance: appliance(dice, world), save: dice.oneIn(2) }),
  (dice, world) => {
    const on = dice.one(world.appliances);
    return on.pair ? { do: 'failover', appliance: on.name } : undefined;
  },
  (dice, world) => ({ do: 'restore', appliance: appliance(dice, world), back: dice.between(1, 4) }),
  (dice, world) => ({
    do: 'sessions',
    appliance: appliance(dice, world),
    count: dice.one([15, 19, 20]),
    minutes: minutes(dice),
  }),
  (dice, world) => ({
    do: 'hand',
    appliance: appliance(dice, world),
    kind: dice.one(DAMAGE_KINDS),
    pick: dice.between(0, 200),
  }),
  (dice) => ({
    do: 'replay',
    fromMinutesAgo: dice.one([60, 1_500, 6_000, 20_000]),
    minutes: dice.one([60, 1_500, 9_000]),
  }),
];

/** Tenants arrive on the first day. */
function arrivals(dice: Dice, world: WorldPlan): Step[] {
  return CLUSTERS.flatMap((cluster) =>
    TENANTS.flatMap((tenant, index): Step[] => {
      const at = 10 + index * 7;
      const vips = world.appliances.filter((each) => each.clusters.includes(cluster)).flatMap((each) => each.vips);
      const service = `${tenant}/web`;
      return [
        { at, do: 'members', cluster, service, count: dice.between(1, 3) },
        { at: at + 1, do: 'members', cluster, service: `${tenant}/api`, count: dice.between(1, 2) },
        {
          at: at + 2 + dice.between(0, 3),
          do: 'ingress',
          cluster,
          name: `${tenant}/site`,
          hosts: dice.some(HOSTS, 3),
          vip: dice.one(vips),
          service,
        },
      ];
    }),
  );
}

/**
 * Returns the schedule of a seed: tenants arrive, then change things, often in bursts around a fault, and every few days
 * all is calm.
 *
 * @param days simulated days; at least 2.
 * @param sockets whether real TLS connections are opened, too.
 */
export function generate(seed: number, days: number, sockets = false): Schedule {
  const dice = new Dice(seed);
  const world = worldOf(dice, sockets);
  const steps: Step[] = arrivals(dice, world);
  steps.push({ at: 300, do: 'calm' });
  const end = days * DAY;
  let nextCalm = dice.between(3, 6) * DAY;
  /** Minutes that a calm time usually takes. */
  const rest = world.intervalHours * 70;
  for (let at = 300 + rest; at < end - 60; ) {
    if (at >= nextCalm) {
      steps.push({ at, do: 'calm' });
      nextCalm = at + dice.between(3, 6) * DAY;
      at += rest;
      continue;
    }
    steps.push(...episode(dice, world, at));
    at += dice.between(90, 1_900);
  }
  steps.push({ at: end, do: 'calm' });
  return { seed, days, world, steps: steps.sort((a, b) => a.at - b.at) };
}

/** A few faults and changes close together. */
function episode(dice: Dice, world: WorldPlan, at: number): Step[] {
  const actions: Action[] = [];
  for (let count = dice.between(0, 2); count > 0; count -= 1) {
    const fault = dice.one(MAKERS)(dice, world);
    if (fault !== undefined) actions.push(fault);
  }
  for (let count = dice.between(0, 3); count > 0; count -= 1) actions.push(tenantAction(dice, world));
  return actions.map((action) => ({ ...action, at: at + dice.one([0, 0, 1, 3, 30]) }));
}
