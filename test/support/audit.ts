import { type AuditReport, type AuditSettings, audit } from '../../lib/audit/index.ts';
import { EVERYTHING, type IngressState, type ReceivedEvent } from '../../lib/contract/index.ts';
import type { NitroError } from '../../lib/nitro/index.ts';
import { startWorld, type World, type WorldOptions } from './engine.ts';
import { changed, snapshot, withdrawn } from './events.ts';

/** When the appliance began, and the time of the audit: sequences lie between, as those of forwarders do. */
export const STARTED = 1_000_000;
export const NOW = STARTED + 3_600_000;

/** An appliance with its audit, and the clusters' forwarders as far as they answer to it. */
export interface AuditedWorld extends World {
  /** One look; an hour after the start, or later. @param now milliseconds since the epoch. */
  look(settings?: Partial<AuditSettings>, now?: number): Promise<AuditReport>;
  /** Sets the state of a cluster and delivers it as a flagged snapshot. */
  say(cluster: string, ...ingresses: IngressState[]): Promise<void>;
  /** The same, as single events. */
  sayAlone(cluster: string, ...ingresses: IngressState[]): Promise<void>;
  withdraw(cluster: string, name: string): Promise<void>;
  /** It is gone from its cluster, and nobody said so. */
  forget(cluster: string, name: string): void;
  /** It is in its cluster, and is said only when it is asked for. */
  expectLater(cluster: string, ingress: IngressState): void;
  /** Does what was asked for: work, then events with `verify`, one batch for each request. */
  answer(report: AuditReport): Promise<void>;
  /** Everything of ours but the ledger, once each, in no order; priorities apart, for they depend on the order of arrival. */
  objects(): string[];
  /** The clock of the appliance and of the engine, in milliseconds since the epoch. */
  readonly clock: { now: number };
  lastSequence(): number;
  /** From now on sequences are above this. */
  later(sequence: number): void;
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
  return audited(world, clusters, clock);
}

function audited(world: World, clusters: readonly string[], clock: { now: number }): AuditedWorld {
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
    lastSequence: () => sequence,
    later(above) {
      sequence = Math.max(sequence, above);
    },
    async look(settings, now = Math.max(clock.now, NOW)) {
      clock.now = now;
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
    forget: (cluster, name) => void states.get(cluster)?.delete(name),
    expectLater: (cluster, ingress) => void states.get(cluster)?.set(ingress.name, ingress),
    async answer({ resyncs, work }) {
      for (const data of work) {
        await world.deliver({ detailType: 'Work Requested', data, id: `work-${++sequence}`, time: clock.now });
      }
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

/** `code type` of each finding, and whom it asks for: `ObjectMissing sslpolicy → east one`; sorted. */
export function findingLines({ findings }: AuditReport): string[] {
  const lines = findings.map(({ code, object, owners }) => {
    const asked = owners.map(({ cluster, name }) => `${cluster} ${name}`).sort();
    return `${code} ${object.split(' ')[0]} → ${asked.length === 0 ? 'nobody' : asked.join(', ')}`;
  });
  return lines.sort();
}

/** Type → the attribute that names an object, or a binding's parent. */
const NAMED_BY: Readonly<Record<string, string>> = {
  servicegroup: 'servicegroupname',
  servicegroup_servicegroupmember_binding: 'servicegroupname',
  servicegroup_lbmonitor_binding: 'servicegroupname',
  lbmonitor: 'monitorname',
  sslcertkey: 'certkey',
  sslvserver_sslpolicy_binding: 'vservername',
  sslvserver_sslcertkey_binding: 'vservername',
};

type Args = Readonly<Record<string, string | number>>;

/** What a hand needs of a world. */
export interface HandWorld {
  readonly engine: Pick<World['engine'], 'reader' | 'writer'>;
  readonly client: Pick<World['client'], 'act'>;
}

/** Changes made by hand through the appliance's own interface. A refused change fails the test. */
export class Hand {
  readonly #world: HandWorld;

  constructor(world: HandWorld) {
    this.#world = world;
  }

  rows(type: string, name?: string): Promise<Readonly<Record<string, unknown>>[]> {
    return this.#world.engine.reader.rows(type, name === undefined ? {} : { name });
  }

  async remove(type: string, name: string, args: Args = {}): Promise<void> {
    check(await this.#world.engine.writer.remove([{ type, name: [NAMED_BY[type] ?? 'name', name], args }]));
  }

  async set(type: string, name: string, body: Args): Promise<void> {
    check(await this.#world.engine.writer.set(type, [{ [NAMED_BY[type] ?? 'name']: name, ...body }]));
  }

  async add(type: string, name: string, body: Args): Promise<void> {
    check(await this.#world.engine.writer.add([{ type, body: { [NAMED_BY[type] ?? 'name']: name, ...body } }]));
  }

  /** Name of the objects of the back end of an Ingress that has one. */
  async backend(ingress: string, cluster = 'east'): Promise<string> {
    const rows = await this.rows('lbvserver');
    const found = rows.find(
      (row) => String(row.comment).includes(`;c=${cluster};`) && String(row.comment).endsWith(`/${ingress}`),
    );
    return String(found?.name);
  }

  /** Unbinds an SSL policy. */
  async unbind(vserver: string, policyname: string): Promise<void> {
    const type = 'sslvserver_sslpolicy_binding';
    const row = (await this.rows(type, vserver)).find((each) => each.policyname === policyname);
    await this.remove(type, vserver, { policyname, type: 'CLIENTHELLO_REQ', priority: Number(row?.priority) });
  }

  async unbindResponder(vserver: string, policyname: string): Promise<void> {
    const type = 'csvserver_responderpolicy_binding';
    const row = (await this.rows(type, vserver)).find((each) => each.policyname === policyname);
    await this.remove(type, vserver, { policyname, bindpoint: 'REQUEST', priority: Number(row?.priority) });
  }

  /** @param args of one member: address and port. */
  async disable(type: string, name: string, args: Args = {}): Promise<void> {
    check(await this.#world.client.act(type, 'disable', [{ [NAMED_BY[type] ?? 'name']: name, ...args }]));
  }

  /** Binds an SSL policy again where it was, and says what comes after it. */
  async rebind(vserver: string, policyname: string, gotopriorityexpression: string): Promise<void> {
    const type = 'sslvserver_sslpolicy_binding';
    const row = (await this.rows(type, vserver)).find((each) => each.policyname === policyname);
    const priority = Number(row?.priority);
    await this.unbind(vserver, policyname);
    await this.add(type, vserver, { policyname, type: 'CLIENTHELLO_REQ', priority, gotopriorityexpression });
  }

  /** The first row of a map whose key matches. */
  async row(map: string, key: RegExp): Promise<{ key: string; value: string; comment: string }> {
    const row = (await this.rows('policystringmap_pattern_binding', map)).find((each) => key.test(String(each.key)));
    return { key: String(row?.key), value: String(row?.value), comment: String(row?.comment ?? '') };
  }

  async removeRow(map: string, key: RegExp): Promise<void> {
    await this.remove('policystringmap_pattern_binding', map, { key: (await this.row(map, key)).key });
  }

  async setRow(map: string, key: string, value: string, comment = ''): Promise<void> {
    await this.add('policystringmap_pattern_binding', map, { key, value, comment });
  }
}

function check(results: readonly (NitroError | undefined)[]): void {
  const failed = results.find((result) => result !== undefined);
  if (failed !== undefined) throw failed;
}
