import { type BusEvent, type IngressState, inRange, ownerKey, qualifiedName } from '../../lib/contract/index.ts';
import type { Publisher } from '../../lib/forwarder/ports.ts';

/** A bus that keeps what it is given, with who gave it. */
export class CollectingBus {
  readonly events: { readonly by: string; readonly event: BusEvent; readonly at: number }[] = [];
  /** Takes nothing while it is down. */
  down = false;

  publisher(by: string): Publisher {
    return {
      publish: async (events) => {
        if (this.down) throw new Error('the bus is down');
        for (const event of events) this.events.push({ by, event: structuredClone(event), at: Date.now() });
        return { failed: [] };
      },
    };
  }

  by(who: string): BusEvent[] {
    return this.events.filter(({ by }) => by === who).map(({ event }) => event);
  }

  /** Sequences in the order in which they came. */
  get sequences(): number[] {
    return this.events.flatMap(({ event }) => ('sequence' in event.detail.data ? [event.detail.data.sequence] : []));
  }

  /** Returns the published state of all Ingresses, applied in order of the sequences: `namespace/name` → state. */
  states(): Map<string, IngressState> {
    const states = new Map<string, IngressState>();
    const bySequence = this.events.map(({ event }) => event).sort((a, b) => sequenceOf(a) - sequenceOf(b));
    for (const { detailType, detail } of bySequence) {
      const { data, subject = '' } = detail;
      if (detailType === 'Ingress Withdrawn') states.delete(subject);
      if ('ingress' in data) states.set(subject, data.ingress);
      if ('listed' in data && 'ingresses' in data) {
        const range = { from: data.from, to: data.to };
        const listed = new Set(data.listed.map(qualifiedName));
        for (const [name, { namespace, name: ingress }] of states) {
          const key = ownerKey({ cluster: data.cluster, namespace, name: ingress });
          if (inRange(key, range) && !listed.has(name)) states.delete(name);
        }
        for (const state of data.ingresses) states.set(qualifiedName(state), state);
      }
    }
    return states;
  }
}

function sequenceOf({ detail: { data } }: BusEvent): number {
  return 'sequence' in data ? data.sequence : 0;
}
