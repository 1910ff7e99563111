import type { ReceivedEvent, TraceContext } from '../contract/index.ts';
import type { Outcome } from '../reconcile/index.ts';
import { spanWithin, type Tracing } from '../tracing/index.ts';

interface Delivery {
  readonly event: ReceivedEvent;
  readonly context: TraceContext;
}

/**
 * The traces of one batch, after OpenTelemetry's conventions for messaging. A batch of one event is a step of that event's
 * trace. A batch of several has a trace of its own, which holds the requests to the appliance, and each event's trace has a
 * step that is linked to it.
 */
export class BatchTrace {
  /** Context of the batch: the requests to the appliance are parts of it. */
  readonly context: TraceContext;
  readonly #parent: TraceContext | undefined;
  readonly #deliveries: readonly Delivery[];
  readonly #appliance: string;

  constructor(appliance: string, events: readonly ReceivedEvent[]) {
    const [first] = events;
    this.#appliance = appliance;
    this.#parent = events.length === 1 ? first?.trace : undefined;
    this.context = spanWithin(this.#parent);
    this.#deliveries = events.map((event) => ({
      event,
      context: events.length === 1 || event.trace === undefined ? this.context : spanWithin(event.trace),
    }));
  }

  /** Returns the step that an outcome continues: that of the event it answers, or else the batch. */
  causeOf({ cluster, sequence }: Outcome['data']): TraceContext {
    const answered = this.#deliveries.find(
      ({ event: { data } }) => 'sequence' in data && data.sequence === sequence && data.cluster === cluster,
    );
    return answered?.context ?? this.context;
  }

  /**
   * Records the batch.
   *
   * @param error reason why it returned to the queue.
   */
  end(tracing: Tracing, startMs: number, endMs: number, error?: string): void {
    const step = {
      kind: 'consumer' as const,
      startMs,
      endMs,
      error,
      attributes: {
        'messaging.system': 'aws_sqs',
        'messaging.operation.type': 'process',
        'nspass.appliance': this.#appliance,
      },
    };
    for (const { event, context } of this.#deliveries) {
      if (context === this.context) continue;
      tracing.record({
        ...step,
        ...aboutEvent(event, step.attributes),
        context,
        parent: event.trace,
        links: [this.context],
      });
    }
    const [only] = this.#deliveries;
    const alone = this.#deliveries.length === 1 && only !== undefined;
    const batch = { ...step.attributes, 'messaging.batch.message_count': this.#deliveries.length };
    tracing.record({
      ...step,
      ...(alone ? aboutEvent(only.event, step.attributes) : { name: 'process batch', attributes: batch }),
      context: this.context,
      parent: this.#parent,
      links: alone ? [] : this.#deliveries.flatMap(({ event: { trace } }) => (trace === undefined ? [] : [trace])),
    });
  }
}

function aboutEvent({ detailType, id, replay }: ReceivedEvent, attributes: Readonly<Record<string, string>>) {
  return {
    name: `process ${detailType}`,
    attributes: {
      ...attributes,
      'cloudevents.event_id': id,
      ...(replay === undefined ? {} : { 'nspass.replay': replay }),
    },
  };
}
