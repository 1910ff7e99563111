import type { BusEvent } from '../../lib/contract/index.ts';
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

  /** What the bus was told last of an Ingress: its state, undefined where it was never told or told that it is gone. */
  state(namespace: string, name: string): unknown {
    let state: unknown;
    for (const { event } of this.events) {
      const { data } = event.detail;
      if ('ingress' in data && data.ingress.namespace === namespace && data.ingress.name === name) state = data.ingress;
      if (event.detailType === 'Ingress Withdrawn' && event.detail.subject === `${namespace}/${name}`)
        state = undefined;
      if ('ingresses' in data && 'listed' in data) {
        const found = data.ingresses.find((each) => each.namespace === namespace && each.name === name);
        if (found !== undefined) state = found;
      }
    }
    return state;
  }
}
