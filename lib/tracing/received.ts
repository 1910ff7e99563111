import type { ReceivedEvent } from '../contract/index.ts';
import { silentTracing, type Tracing } from './span.ts';
import { tracedStep } from './step.ts';

interface EventSource {
  start(handle: (event: ReceivedEvent) => Promise<void>): void | Promise<void>;
  stop(): void | Promise<void>;
}

/** Returns a source that records how each event with a trace is handled; the source itself where nothing is recorded. */
export function tracedSource(source: EventSource, tracing: Tracing, now: () => number): EventSource {
  if (tracing === silentTracing) return source;
  return {
    start: (handle) =>
      source.start((event) => {
        const { detailType, id, trace: parent } = event;
        if (parent === undefined) return handle(event);
        const attributes = {
          'messaging.system': 'aws_sqs',
          'messaging.operation.type': 'process',
          'cloudevents.event_id': id,
        };
        const span = { name: `process ${detailType}`, kind: 'consumer', parent, attributes } as const;
        return tracedStep(tracing, now, span, () => handle(event));
      }),
    stop: () => source.stop(),
  };
}
