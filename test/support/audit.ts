import { EVERYTHING, type IngressState, type ReceivedEvent } from '../../lib/contract/index.ts';
import { NitroError } from '../../lib/nitro/index.ts';
import { type AuditReport, type AuditSettings, audit } from '../../lib/reconcile/index.ts';
import { startWorld, type World, type WorldOptions } from './engine.ts';
import { changed, snapshot, withdrawn } from './events.ts';

/** When the appliance began, and the time of the audit: sequences lie between, as those of forwarders do. */
export const STARTED = 1_000_000;
export const NOW = STARTED + 3_600_000;

/** An appliance with its audit, and the clusters' forwarders as far as they answer to it. */
export interface AuditedWorld extends World {
  /** One look. */
  look(settings?: Partial<AuditSettings>): Promise<AuditReport>;
  /** What a cluster has now: delivered as a flagged snapshot. */
  say(cluster: string, ...ingresses: IngressState[]): Promise<void>;
  /** The same, as single events. */
  sayAlone(cluster: string, ...ingresses: IngressState[]): Promise<void>;
  withdraw(cluster: string, name: string): Promise<void>;
  /** Does what was asked for: events with `verify`, one batch for each request. */
  answer(report: AuditReport): Promise<void>;
  /** Everything of ours but the ledger, once each, in no order; priorities apart, for they depend on the order of arrival. */
  objects(): string[];
  /** The appliance's clock, in milliseconds since the epoch. */
  clock: { now: number };
}

export async function startAudited(
  clusters: readonly string[] = ['east'],
  options: WorldOptions = {},
): Promise<AuditedWorld> {
  const clock = { now: STARTED };
  const world = await startWorld({
    ...options,
    now: () => clock.now,
    appliance: { ...options.appliance, now: () => clock.now },
  });
  const states = new Map(clusters.map((cluster) => [cluster, new Map<string, IngressState>()]));
  let sequence = STARTED + 1000;
  const common = (cluster: string, verify: readonly string[] = []) => ({ cluster, uid: `uid-${cluster}`, verify });
  const whole = (cluster: string, verify?: readonly string[]): ReceivedEvent =>
    snapshot(++sequence, [...(states.get(cluster)?.values() ?? [])], {
      ...common(cluster, verify),
      flagged: true,
      ...EVERYTHING,
    });
  const one = (cluster: string, name: string, verify?: readonly string[]): ReceivedEvent => {
    const state = states.get(cluster)?.get(name);
    return state === undefined
      ? withdrawn(++sequence, name, common(cluster, verify))
      : changed(++sequence, state, common(cluster, verify));
  };
  return {
    ...world,
    clock,
    async look(settings) {
      clock.now = Math.max(clock.now, NOW);
      const { appliance, systemId, drainSeconds } = world.engine.settings;
      const all: AuditSettings = {
        appliance,
        systemId,
        clusters,
        drainSeconds,
        saveAfterSeconds: 'never',
        ...settings,
      };
      return audit(world.engine.reader, all, clock.now);
    },
    async say(cluster, ...ingresses) {
      states.set(cluster, new Map(ingresses.map((state) => [state.name, state])));
      await world.deliver(whole(cluster));
    },
    async sayAlone(cluster, ...ingresses) {
      for (const state of ingresses) {
        states.get(cluster)?.set(state.name, state);
        await world.deliver(one(cluster, state.name));
      }
    },
    async withdraw(cluster, name) {
      states.get(cluster)?.delete(name);
      await world.deliver(one(cluster, name));
    },
    async answer({ resyncs }) {
      for (const { cluster, appliances, ingresses } of resyncs) {
        const events =
          ingresses === undefined
            ? [whole(cluster, appliances)]
            : ingresses.map(({ name }) => one(cluster, name, appliances));
        await world.deliver(...events);
      }
    },
    objects: () =>
      world.appliance
        .runningConfig()
        .split('\n')
        .filter((line) => /nsp[-_]/.test(line) && !/nsp_l_/.test(line))
        .map((line) => line.replace(/ -priority \d+/, ''))
        .sort(),
  };
}

/** `code type` of each finding, and whom it asks for: `ObjectMissing sslpolicy → east one`. */
export function findingLines({ findings }: AuditReport): string[] {
  return findings.map(({ code, object, owners }) => {
    const asked = owners.map(({ cluster, name }) => `${cluster} ${name}`).sort();
    return `${code} ${object.split(' ')[0]} → ${asked.length === 0 ? 'nobody' : asked.join(', ')}`;
  });
}

/** What somebody does by hand, through the appliance's own interface. Refuses to go unnoticed when it does not work. */
export async function byHand(world: World) {
  const { writer, reader } = world.engine;
  const check = (results: readonly (NitroError | undefined)[]): void => {
    const failed = results.find((result) => result !== undefined);
    if (failed !== undefined) throw failed;
  };
  return {
    reader,
    async remove(type: string, name: readonly [string, string], args: Readonly<Record<string, string | number>> = {}) {
      check(await writer.remove([{ type, name, args }]));
    },
    async set(type: string, body: Readonly<Record<string, unknown>>) {
      check(await writer.set(type, [body]));
    },
    async add(type: string, body: Readonly<Record<string, unknown>>) {
      check(await writer.add([{ type, body }]));
    },
  };
}
