import { isGateway } from '../../contract/index.ts';
import type { Frontend } from '../../route/index.ts';
import type { Task } from '../decide/task.ts';

/** The listeners of a Gateway that are open. */
export interface OpenListeners {
  /** Their names, in the order of the state. */
  readonly names: readonly string[];
  readonly frontends: readonly Frontend[];
}

/**
 * Returns the listeners that a Gateway has on the appliance after a plan without a failure: nobody contests a listener, so
 * it has all that it wants.
 *
 * @returns undefined for the task of another object, and for a withdrawal.
 */
export function openListeners({ decision: { state }, wanted }: Task): OpenListeners | undefined {
  if (state === undefined || !isGateway(state)) return undefined;
  const frontends = (wanted?.routes ?? []).map(({ frontend }) => frontend);
  const ports = new Set(frontends.map(({ port }) => port));
  return { names: state.listeners.filter(({ port }) => ports.has(port)).map(({ name }) => name), frontends };
}
