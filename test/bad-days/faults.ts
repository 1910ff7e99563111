import { NitroError } from '../../lib/nitro/index.ts';
import { Hand } from '../support/audit.ts';
import { KINDS } from '../support/damage.ts';
import type { Appliance } from './appliance.ts';
import type { CallFate } from './functions.ts';
import type { Wishes } from './model.ts';
import type { Breakage, FaultAction } from './schedule.ts';
import { allowWithinGuard } from './within-guard.ts';
import { type Cluster, START, type World } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Carries out the faults of a schedule on a world. Each that lasts ends by itself, or when all is to be calm. */
export class Faults {
  readonly #world: World;
  readonly #ends = new Set<() => Promise<void> | void>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Ends everything that is still going on. */
  async endAll(): Promise<void> {
    for (const end of [...this.#ends]) await end();
    this.#world.armed.clear();
    for (const queue of this.#world.queues.values()) queue.lostDeletions = 0;
  }

  /** @param end is called once: after the time, or before. */
  #lasting(minutes: number, end: () => Promise<void> | void): void {
    const once = async (): Promise<void> => {
      if (this.#ends.delete(once)) await end();
    };
    this.#ends.add(once);
    this.#world.clock.after(minutes * MINUTE, once);
  }

  async carryOut(action: FaultAction): Promise<void> {
    if ('cluster' in action) return this.#ofCluster(action);
    if ('appliance' in action) return this.#ofAppliance(action);
    const world = this.#world;
    switch (action.do) {
      case 'bus':
        world.bus.mode = action.mode;
        return this.#lasting(action.minutes, () => {
          if (world.bus.mode === action.mode) world.bus.mode = 'up';
        });
      case 'functions-off':
        world.functionsOff = true;
        return this.#lasting(action.minutes, () => {
          world.functionsOff = false;
        });
      case 'replay': {
        const from = Math.max(START, world.clock.now() - action.fromMinutesAgo * MINUTE);
        const to = from + action.minutes * MINUTE;
        this.#allowRefused(from, to);
        world.journal.count('replayed events', world.bus.replay(from, to));
      }
    }
  }

  async #ofCluster(action: Extract<FaultAction, { cluster: string }>): Promise<void> {
    const world = this.#world;
    const cluster = world.clusters.get(action.cluster) as Cluster;
    const { server, leader } = cluster;
    const troubled = (): void => {
      cluster.troubledAt = world.clock.now();
    };
    troubled();
    switch (action.do) {
      case 'api-down':
        server.goDown();
        return this.#lasting(action.minutes, () => {
          troubled();
          server.up();
        });
      case 'api-empty':
        server.lieEmpty(action.kind);
        if (action.kind === 'Ingress') {
          this.#world.emptyClusters.add(action.cluster);
          allowWithinGuard(this.#world, action.cluster);
        }
        return this.#lasting(action.minutes, () => {
          troubled();
          server.fill();
          this.#world.emptyClusters.delete(action.cluster);
        });
      case 'api-expire':
        return server.expire();
      case 'api-stale':
        return this.#stale(cluster, action.minutes, troubled);
      case 'api-half-page':
        return server.halfPages(action.times);
      case 'leader-kill':
        leader.kill();
        world.forwarderEnds(cluster);
        return this.#lasting(action.minutes, () => {
          troubled();
          if (leader.running === undefined) leader.start();
        });
      case 'starve':
        leader.starve();
        return this.#lasting(action.minutes, () => {
          troubled();
          leader.wake();
        });
    }
  }

  /** Rule 11: replayed snapshots are exempt from the guard, also those that it refused. They were stamped before their arrival. */
  #allowRefused(from: number, to: number): void {
    const { tenants, watch, refused } = this.#world;
    const clusters = new Set(
      refused.flatMap(({ cluster, sequence }) => (from - 12 * HOUR <= sequence && sequence < to ? [cluster] : [])),
    );
    for (const cluster of clusters) {
      const ingresses = new Map([...tenants.ingresses].filter(([, each]) => each.cluster !== cluster));
      watch.alsoAllow({ ...tenants.copy(), ingresses });
    }
  }

  /** The replica that answers now was cut off an hour ago, and shows what was then until it catches up. */
  #stale(cluster: Cluster, minutes: number, troubled: () => void): void {
    const { server } = cluster;
    const world = this.#world;
    const past = world.pastOf(cluster.name);
    if (past === undefined) return;
    world.watch.alsoAllow(mixed(world.tenants.copy(), past.wishes, cluster.name));
    server.lagBehind(past.state);
    this.#lasting(minutes, () => {
      troubled();
      server.catchUp();
    });
  }

  async #ofAppliance(action: Extract<FaultAction, { appliance: string }>): Promise<void> {
    const world = this.#world;
    const appliance = world.appliances.get(action.appliance) as Appliance;
    switch (action.do) {
      case 'redeliver':
        world.queueOf(appliance.name).lostDeletions = action.times;
        return;
      case 'kill':
        return this.#arm(appliance, action.call, async () => (action.after ? 'killed-after' : 'killed-before'));
      case 'break':
        return this.#arm(appliance, action.call, (at) => this.#break(at, action.how, action.pick));
      case 'slow':
        appliance.callMs = action.ms;
        return this.#lasting(action.minutes, () => appliance.healthy());
      case 'full':
        appliance.full = action.type;
        return this.#lasting(action.minutes, () => appliance.healthy());
      case 'unreachable':
        appliance.unreachable = true;
        return this.#lasting(action.minutes, () => appliance.healthy());
      case 'reboot':
        return this.#reboot(appliance, action.save && (await saves(appliance)));
      case 'failover':
        return appliance.simulator.failover();
      case 'restore':
        return this.#restore(appliance, action.back);
      case 'sessions':
        await appliance.hogSessions(action.count);
        return this.#lasting(action.minutes, () => appliance.freeSessions());
      case 'hand':
        return this.#edit(appliance, action.kind, action.pick);
    }
  }

  #arm({ name }: Appliance, call: number, act: (appliance: Appliance) => Promise<CallFate | undefined>): void {
    const armed = this.#world.armed.get(name) ?? [];
    this.#world.armed.set(name, [...armed, { call, act }]);
  }

  async #break(appliance: Appliance, how: Breakage, pick: number): Promise<CallFate | undefined> {
    switch (how) {
      case 'reboot':
        await this.#reboot(appliance, false);
        return undefined;
      case 'failover':
        await appliance.simulator.failover();
        return undefined;
      case 'hand':
        await this.#edit(appliance, Object.keys(KINDS)[pick % Object.keys(KINDS).length] as string, pick);
        return undefined;
      default:
        return how;
    }
  }

  /** A pair fails over instead, and keeps its configuration. */
  async #reboot(appliance: Appliance, saved: boolean): Promise<void> {
    if (!saved && !appliance.plan.pair) {
      this.#distrust(appliance, false);
      this.#world.recordsLost(appliance);
    }
    await appliance.simulator.reboot();
    this.#world.watch.foreignChanged(appliance);
  }

  async #restore(appliance: Appliance, back: number): Promise<void> {
    const backup = appliance.backups.at(-back) ?? appliance.backups[0];
    if (backup === undefined) return;
    this.#distrust(appliance, false);
    this.#world.recordsLost(appliance);
    await appliance.simulator.restore(backup);
    this.#world.watch.foreignChanged(appliance);
  }

  async #edit(appliance: Appliance, kind: string, pick: number): Promise<void> {
    const edit = KINDS[kind as keyof typeof KINDS];
    this.#distrust(appliance, true, kind === 'point a host elsewhere');
    const client = appliance.operator;
    try {
      await edit(new Hand({ engine: { reader: client, writer: client }, client }), pick);
    } catch (error) {
      // The appliance refuses the edit.
      if (!(error instanceof NitroError)) throw error;
    }
    this.#world.watch.foreignChanged(appliance);
  }

  #distrust(appliance: Appliance, untilVerified: boolean, redirected = false): void {
    const { distrusted: before } = appliance;
    appliance.distrusted = {
      since: this.#world.clock.now(),
      untilVerified: before?.untilVerified === true || untilVerified,
      redirected: before?.redirected === true || redirected,
    };
  }
}

/** Saves as an operator does. @returns false where the appliance refuses it, as it does beyond its limit of sessions. */
async function saves({ operator }: Appliance): Promise<boolean> {
  try {
    await operator.save();
    return true;
  } catch (error) {
    if (error instanceof NitroError) return false;
    throw error;
  }
}

/** The wishes of one cluster from the past, and those of the others from now. */
function mixed(now: Wishes, past: Wishes, cluster: string): Wishes {
  const isOf = ([key]: [string, unknown]): boolean => key.startsWith(`${cluster} `);
  const pick = <T>(of: (wishes: Wishes) => ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...[...of(now)].filter((entry) => !isOf(entry)), ...[...of(past)].filter(isOf)]);
  return { ingresses: pick((wishes) => wishes.ingresses), members: pick((wishes) => wishes.members) };
}
