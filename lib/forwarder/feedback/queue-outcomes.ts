import { createQueueConsumer, type QueueConsumerOptions } from '../../aws/queue.ts';
import { parseEnvelope } from '../../contract/index.ts';
import type { OutcomeSource } from '../ports.ts';

/**
 * Receives outcomes from the forwarder's queue, which a rule of the bus fills. A message that is not an event of this
 * version stays in the queue until its redrive policy moves it.
 */
export function queueOutcomes(options: Omit<QueueConsumerOptions, 'handler'>): OutcomeSource {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  return {
    start(handle) {
      const consumer = createQueueConsumer({ ...options, handler: ({ body }) => handle(parseEnvelope(body)) });
      running = consumer.run(stopping.signal);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
