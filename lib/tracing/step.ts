import { errorMessage } from '../telemetry/index.ts';
import { withinSpan } from './current-span.ts';
import { type Span, spanWithin, type Tracing } from './span.ts';

/** What a step is; without a parent it begins a trace, and without a kind it is internal. */
type Step = Pick<Span, 'name' | 'attributes'> & Partial<Pick<Span, 'kind' | 'parent'>>;

/** Runs a step, and records it. What it throws is recorded, and thrown on. */
export async function tracedStep<T>(
  tracing: Tracing,
  now: () => number,
  about: Step,
  step: () => Promise<T>,
): Promise<T> {
  const context = spanWithin(about.parent);
  const span = { kind: 'internal' as const, ...about, context, startMs: now() };
  try {
    const result = await withinSpan(context, step);
    tracing.record({ ...span, endMs: now() });
    return result;
  } catch (error) {
    tracing.record({ ...span, endMs: now(), error: errorMessage(error) });
    throw error;
  }
}
