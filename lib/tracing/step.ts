import { errorMessage } from '../telemetry/index.ts';
import { withinSpan } from './current-span.ts';
import { type Span, spanWithin, type Tracing } from './span.ts';

/** Runs a step that begins a trace, and records it. What it throws is recorded, and thrown on. */
export async function tracedStep<T>(
  tracing: Tracing,
  now: () => number,
  about: Pick<Span, 'name' | 'attributes'>,
  step: () => Promise<T>,
): Promise<T> {
  const context = spanWithin(undefined);
  const span = { ...about, kind: 'internal' as const, context, startMs: now() };
  try {
    const result = await withinSpan(context, step);
    tracing.record({ ...span, endMs: now() });
    return result;
  } catch (error) {
    tracing.record({ ...span, endMs: now(), error: errorMessage(error) });
    throw error;
  }
}
