import { envelopeJson } from '../contract/index.ts';

/** An event of a replay, with what orders it. */
interface Replayed {
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly published: number;
  readonly sequence: number;
}

/** Times on the bus, in milliseconds since the epoch; undefined without events. */
export interface EventSpan {
  readonly first: number | undefined;
  readonly last: number | undefined;
}

/**
 * Collects the events of a replay, and gives them back as the archive has them: each once, without the name of the replay, and
 * in order of time. A replay keeps no order within a minute, a standard queue none at all, and both may deliver twice.
 */
export class ReplayedEvents {
  /** Id that the bus gave an event → event. */
  readonly #events = new Map<string, Replayed>();

  get count(): number {
    return this.#events.size;
  }

  /** Times of the first and last event that has one. */
  get span(): EventSpan {
    let span: EventSpan = { first: undefined, last: undefined };
    for (const { published } of this.#events.values()) {
      if (Number.isNaN(published)) continue;
      span = { first: Math.min(span.first ?? published, published), last: Math.max(span.last ?? published, published) };
    }
    return span;
  }

  /** @param body as EventBridge delivers it. @throws {EventInvalid} it is no JSON. */
  add(body: string): void {
    const { 'replay-name': _, ...event } = envelopeJson(body) as Envelope;
    const sequence = Number(event.detail?.data?.sequence);
    this.#events.set(event.id ?? body, {
      body: JSON.stringify(event),
      published: Date.parse(event.time ?? ''),
      sequence: Number.isNaN(sequence) ? 0 : sequence,
    });
  }

  /** Returns the events by time of the bus, which are whole seconds, and within one by sequence. */
  inOrder(): string[] {
    return [...this.#events.values()]
      .sort((a, b) => a.published - b.published || a.sequence - b.sequence)
      .map(({ body }) => body);
  }
}

interface Envelope {
  readonly id?: string;
  readonly time?: string;
  readonly detail?: { readonly data?: { readonly sequence?: unknown } };
  readonly 'replay-name'?: string;
}
