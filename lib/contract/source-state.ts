import type { GatewayState } from './gateway.ts';
import type { IngressState, Member } from './ingress.ts';
import type { SourceKind } from './key.ts';
import type { TlsRouteState } from './tls-route.ts';

/** The desired state of an object that has routes. */
export type SourceState = IngressState | TlsRouteState | GatewayState;

export const isTlsRoute = (state: SourceState): state is TlsRouteState => 'parents' in state;

export const isGateway = (state: SourceState): state is GatewayState => 'listeners' in state;

export const isIngress = (state: SourceState): state is IngressState => 'tls' in state;

/** Returns the kind of the object that a state is of. */
export function kindOfState(state: SourceState): SourceKind {
  if (isIngress(state)) return 'Ingress';
  return isTlsRoute(state) ? 'TLSRoute' : 'Gateway';
}

interface ResolvedMembers {
  /** That of the Ingress where absent. */
  readonly namespace?: string;
  readonly service: string;
  readonly port?: string | number | undefined;
  readonly members: Member[];
}

/** Returns the resolved back ends of an object; a Gateway has none. */
export function backendsOf(state: SourceState): readonly ResolvedMembers[] {
  if (isIngress(state)) return state.backends;
  return isTlsRoute(state) ? state.rules.flatMap(({ backends }) => backends) : [];
}
