import { randomBytes } from 'node:crypto';
import type { TraceContext } from '../contract/index.ts';

/** A step that is over, in the terms of OpenTelemetry. */
export interface Span {
  readonly name: string;
  readonly kind: 'producer' | 'consumer' | 'client' | 'internal';
  readonly context: TraceContext;
  /** Step of the same trace that this one is a part of. */
  readonly parent?: TraceContext | undefined;
  /** Steps of other traces that this one belongs to. */
  readonly links?: readonly TraceContext[];
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  readonly endMs: number;
  /** Names are those of OpenTelemetry's semantic conventions, or begin with `nspass.`. Never a credential. */
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Reason, where the step failed. */
  readonly error?: string | undefined;
}

/** Receives the steps of traces. */
export interface Tracing {
  /** Never throws, and never waits. */
  record(span: Span): void;
  /** Sends what was recorded. Never throws: a trace is no reason to fail. */
  flush(): Promise<void>;
}

export const silentTracing: Tracing = { record() {}, flush: async () => {} };

/** Returns tracing that keeps every span, for tests. */
export function memoryTracing(): Tracing & { readonly spans: readonly Span[] } {
  const spans: Span[] = [];
  return { spans, record: (span) => void spans.push(span), flush: async () => {} };
}

/**
 * Returns the context of a new span: in the trace of its parent, or else in a trace of its own.
 *
 * @param random returns that many random bytes.
 */
export function spanWithin(
  parent: TraceContext | undefined,
  random: (bytes: number) => Uint8Array = randomBytes,
): TraceContext {
  const hex = (bytes: number): string => Buffer.from(random(bytes)).toString('hex');
  return { traceId: parent?.traceId ?? hex(16), spanId: hex(8), sampled: parent?.sampled ?? true };
}
