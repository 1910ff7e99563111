import type { IngressState, TlsRouteState } from '../../contract/index.ts';

/** The desired state of an object that has routes. */
export type SourceState = IngressState | TlsRouteState;

export const isTlsRoute = (state: SourceState): state is TlsRouteState => 'parents' in state;
