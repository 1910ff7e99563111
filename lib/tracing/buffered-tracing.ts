import { errorMessage } from '../telemetry/index.ts';
import type { Span, Tracing } from './span.ts';

/** Sends spans to a collector. @throws {Error} if it does not accept them. */
export type SendSpans = (spans: readonly Span[]) => Promise<void>;

export interface BufferedTracingOptions {
  /** Loads what sends: only a process that has spans to send loads it. */
  readonly load: () => Promise<SendSpans>;
  /** Milliseconds after the first span at which all are sent. Without it they are sent by `flush` alone. */
  readonly intervalMs?: number;
  /** Takes the number of spans that were lost, and the reason. */
  readonly onLoss: (spans: number, reason: string) => void;
}

/** Spans that wait. More are lost, so that a collector that is down costs no memory. */
const MOST_WAITING = 2_048;

/** Spans of one request. */
const BATCH = 512;

/** Returns tracing that sends spans in batches, and loses them if the collector does not accept them. */
export function bufferedTracing({ load, intervalMs, onLoss }: BufferedTracingOptions): Tracing {
  let waiting: Span[] = [];
  let dropped = 0;
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> = Promise.resolve();

  async function send(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const spans = waiting;
    waiting = [];
    if (dropped > 0) onLoss(dropped, `more than ${MOST_WAITING} waited to be sent`);
    dropped = 0;
    for (let from = 0; from < spans.length; from += BATCH) {
      const batch = spans.slice(from, from + BATCH);
      try {
        const sendSpans = await load();
        await sendSpans(batch);
      } catch (error) {
        onLoss(batch.length, errorMessage(error));
      }
    }
  }
  const flush = (): Promise<void> => {
    sending = sending.then(send);
    return sending;
  };

  return {
    record(span) {
      // Whoever began the trace decided that nobody records it.
      if (!span.context.sampled) return;
      if (waiting.length >= MOST_WAITING) {
        dropped += 1;
        return;
      }
      waiting.push(span);
      // It must not keep a process alive that has nothing else to do.
      if (intervalMs !== undefined) timer ??= setTimeout(() => void flush(), intervalMs).unref();
    },
    flush,
  };
}
