import { isGatewayKind, type ReadKind } from '../source/known-kinds.ts';
import type { KindState } from './kind-state.ts';
import { WATCHED } from './kinds.ts';

/** How much of the cluster a source has read. */
export interface SyncState {
  /** Whether nothing may be hidden among Ingresses and what they need. */
  readonly complete: boolean;
  /** Whether nothing may be hidden among objects of the Gateway API. */
  readonly gateways: boolean;
}

/** Whether the API server serves the Gateway API, as far as is known. */
export interface GatewayPresence {
  /** It was asked, whatever it answered. */
  readonly asked: boolean;
  readonly served: boolean;
  /** An operator confirmed that the cluster has no objects of the Gateway API. */
  readonly absenceConfirmed: boolean;
}

const readWhole = ({ listed, problem }: KindState): boolean => listed && problem === undefined;

/**
 * Returns how much is read. The Gateway API is judged apart: a cluster may lack a right or a kind of it, and its
 * Ingresses must not wait for that.
 *
 * @param first nothing was reported before: then an empty list of a kind that Ingresses need must be believed first.
 * @returns undefined where not everything readable was read yet.
 */
export function syncState(
  kinds: ReadonlyMap<ReadKind, KindState>,
  { asked, served, absenceConfirmed }: GatewayPresence,
  first: boolean,
): SyncState | undefined {
  const [ofGateways, others] = [true, false].map((which) =>
    [...kinds].filter(([kind]) => isGatewayKind(kind) === which),
  ) as [[ReadKind, KindState][], [ReadKind, KindState][]];
  if (first && others.some(([, { doubted }]) => doubted)) return undefined;
  const settled =
    asked &&
    others.every(
      ([kind, { listed, problem }]) => listed || (WATCHED[kind].unread === 'hides' && problem !== undefined),
    ) &&
    (!served || ofGateways.every(([, { listed, problem, doubted }]) => listed || problem !== undefined || doubted));
  if (!settled) return undefined;
  return {
    complete: others.every(([, state]) => readWhole(state)),
    gateways: served ? ofGateways.every(([, state]) => readWhole(state) && !state.doubted) : absenceConfirmed,
  };
}
