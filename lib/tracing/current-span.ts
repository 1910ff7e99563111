import { AsyncLocalStorage } from 'node:async_hooks';
import type { TraceContext } from '../contract/index.ts';

const current = new AsyncLocalStorage<TraceContext>();

/** Runs a step. Whatever it calls, and waits for, finds its context by {@link currentSpan}. */
export const withinSpan = <T>(context: TraceContext, step: () => T): T => current.run(context, step);

/** Returns the context of the step that is under way; undefined outside of one. */
export const currentSpan = (): TraceContext | undefined => current.getStore();
