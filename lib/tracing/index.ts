export { currentSpan, withinSpan } from './current-span.ts';
export { SPANS_LOST, TracingInvalid, tracingFromEnvironment } from './environment.ts';
export { recordPublished, tracedPublisher } from './published.ts';
export { tracedSource } from './received.ts';
export { memoryTracing, type Span, silentTracing, spanWithin, type Tracing } from './span.ts';
export { tracedStep } from './step.ts';
