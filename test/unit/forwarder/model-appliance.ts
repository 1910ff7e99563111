import {
  type BusEvent,
  type EventData,
  inRange,
  type KeyRange,
  ownerKey,
  type ReceivedEvent,
  stableJson,
} from '../../../lib/contract/index.ts';

interface ModelRecord {
  sequence: number;
  /** Content; undefined for a tombstone. */
  content: string | undefined;
}

/**
 * What a consumer remembers that follows protocol rules 1 to 6 and 11, and nothing else: one appliance, one cluster.
 * It is written down from the protocol, not from the engine.
 */
export class ModelAppliance {
  readonly #cluster: string;
  readonly #pruneAbove: number;
  readonly #records = new Map<string, ModelRecord>();
  #watermarks: (KeyRange & { sequence: number })[] = [];

  /** @param pruneAbove a snapshot that would remove more than this many Ingresses is refused. */
  constructor(cluster: string, pruneAbove: number) {
    this.#cluster = cluster;
    this.#pruneAbove = pruneAbove;
  }

  /** `namespace/name` → content. */
  get live(): Record<string, string> {
    const live = [...this.#records].flatMap(([name, { content }]) =>
      content === undefined ? [] : [[name, content] as const],
    );
    return Object.fromEntries(live.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #key(name: string): string {
    const [namespace = '', ingress = ''] = name.split('/');
    return ownerKey({ cluster: this.#cluster, namespace, name: ingress });
  }

  #watermark(name: string): number {
    const key = this.#key(name);
    return Math.max(0, ...this.#watermarks.filter((range) => inRange(key, range)).map(({ sequence }) => sequence));
  }

  /** Rule 1: whether the Ingress is there or not. */
  #recorded(name: string): number {
    return Math.max(this.#records.get(name)?.sequence ?? 0, this.#watermark(name));
  }

  /** @returns the outcomes. */
  take(event: BusEvent): ReceivedEvent[] {
    const data = event.detail.data;
    if (event.detailType === 'Cluster Snapshot') return this.#snapshot(data as EventData<'Cluster Snapshot'>);
    if (event.detailType === 'Ingress Changed') {
      const { sequence, ingress } = data as EventData<'Ingress Changed'>;
      return this.#single(`${ingress.namespace}/${ingress.name}`, sequence, stableJson(ingress));
    }
    const { sequence, namespace, name } = data as EventData<'Ingress Withdrawn'>;
    return this.#single(`${namespace}/${name}`, sequence, undefined);
  }

  /** The event is consumed by an error that is not tried again. */
  fail(event: BusEvent): ReceivedEvent[] {
    const data = event.detail.data as { sequence: number };
    return [this.#outcome('Ingress Failed', 'default/none', data.sequence, { reason: 'refused', retry: false })];
  }

  #single(name: string, sequence: number, content: string | undefined): ReceivedEvent[] {
    const recorded = this.#recorded(name);
    if (sequence < recorded) return [this.#stale(name, sequence, recorded)];
    // Rules 5 and 6: equal content records its sequence, a withdrawal of the unknown leaves a dead record.
    this.#records.set(name, { sequence, content });
    return [this.#outcome(content === undefined ? 'Ingress Removed' : 'Ingress Programmed', name, sequence)];
  }

  #snapshot(snapshot: EventData<'Cluster Snapshot'>): ReceivedEvent[] {
    const { sequence } = snapshot;
    const said = new Map(snapshot.ingresses.map((state) => [`${state.namespace}/${state.name}`, stableJson(state)]));
    const listed = new Set(snapshot.listed.map(({ namespace, name }) => `${namespace}/${name}`));
    const inside = [...this.#records.keys()].filter((name) => inRange(this.#key(name), snapshot));
    const names = new Set([...said.keys(), ...inside].filter((name) => !listed.has(name)));
    const differs = (name: string): boolean => this.#records.get(name)?.content !== said.get(name);
    const outvoted = [...names].filter((name) => this.#recorded(name) > sequence);
    const changed = [...names].filter((name) => this.#recorded(name) <= sequence && differs(name));
    const removes = changed.filter((name) => said.get(name) === undefined);

    // Rule 11.
    if (removes.length > this.#pruneAbove && snapshot.confirmed !== true) {
      const data = { routes: inside.length, removes: removes.length, limitPercent: 0, reason: 'too many' };
      return [this.#rangeOutcome('Prune Refused', snapshot, data)];
    }
    const tombstones = inside.filter((name) => {
      const record = this.#records.get(name);
      return record?.content === undefined && (record?.sequence ?? 0) <= sequence;
    });
    for (const name of changed) {
      const content = said.get(name);
      if (content !== undefined) this.#records.set(name, { sequence, content });
    }
    // Rule 3.
    const covered = this.#watermarks.some(
      (range) => range.from <= snapshot.from && snapshot.to <= range.to && range.sequence >= sequence,
    );
    const writes = (snapshot.flagged || changed.length > 0 || tombstones.length > 0) && !covered;
    if (writes) {
      for (const name of [...removes, ...tombstones]) if (said.get(name) === undefined) this.#records.delete(name);
      this.#watermarks.push({ from: snapshot.from, to: snapshot.to, sequence });
    } else for (const name of removes) this.#records.set(name, { sequence, content: undefined });

    const stale = outvoted.filter(differs).map((name) => this.#stale(name, sequence, this.#recorded(name)));
    const data = { ingresses: said.size, changed: changed.length, removed: removes.length, durationMs: 0 };
    return [...stale, this.#rangeOutcome('Snapshot Applied', snapshot, data)];
  }

  #stale(name: string, sequence: number, recorded: number): ReceivedEvent {
    return this.#event('Ingress Stale', { ...ref(name), sequence, recorded });
  }

  #outcome(detailType: string, name: string, sequence: number, more: object = {}): ReceivedEvent {
    const facts = { programmed: [], removed: [], hosts: [], findings: [], changes: [], durationMs: 0 };
    return this.#event(detailType, { ...ref(name), sequence, ...facts, ...more });
  }

  #rangeOutcome(
    detailType: string,
    { from, to, sequence }: EventData<'Cluster Snapshot'>,
    more: object,
  ): ReceivedEvent {
    return this.#event(detailType, { from, to, sequence, ...more });
  }

  #event(detailType: string, data: object): ReceivedEvent {
    return {
      detailType,
      data: { cluster: this.#cluster, appliance: 'p', ...data },
      id: '',
      time: 0,
    } as unknown as ReceivedEvent;
  }
}

function ref(qualified: string): { namespace: string; name: string } {
  const [namespace = '', name = ''] = qualified.split('/');
  return { namespace, name };
}
