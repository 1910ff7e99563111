import { type GatewayState, isUid } from '../contract/index.ts';
import { epochSeconds } from '../ingress/ingress-state.ts';
import type { JudgedGateway } from './gateway.ts';
import { type JudgedListener, listenerFault } from './listeners.ts';

/**
 * Returns the listeners of a Gateway that can be programmed (GW-17): those that are accepted, of a Gateway that is. A Gateway
 * all of whose addresses are unusable has none: it must not appear at an address that it did not request.
 */
function openListeners({ accepted, addresses, listeners }: JudgedGateway): readonly JudgedListener[] {
  const nowhere = addresses.unusable.length > 0 && addresses.addresses.length === 0;
  return accepted.status && !nowhere ? listeners.filter((listener) => listenerFault(listener) === undefined) : [];
}

/** Returns the addresses that appliances chose for a Gateway, where that counts: it requests none, and has some. */
export function assignedTo(
  { addresses }: Pick<JudgedGateway, 'addresses'>,
  assigned: readonly string[],
): { assigned?: string[] } {
  return addresses.addresses.length > 0 || assigned.length === 0 ? {} : { assigned: [...assigned] };
}

/**
 * Projects a judged Gateway to the state that an event carries (GW-17).
 *
 * @param assigned addresses that appliances have chosen for it, sorted.
 * @returns undefined where no listener can be programmed.
 */
export function gatewayState(judged: JudgedGateway, assigned: readonly string[]): GatewayState | undefined {
  const listeners = openListeners(judged);
  if (listeners.length === 0) return undefined;
  const { metadata, spec } = judged.gateway;
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    ...(isUid(metadata.uid) ? { uid: metadata.uid } : {}),
    created: epochSeconds(metadata.creationTimestamp),
    class: spec.gatewayClassName ?? '',
    addresses: [...judged.addresses.addresses],
    ...assignedTo(judged, assigned),
    listeners: listeners.map(({ name, port, spec: { protocol } }) => ({
      name,
      port,
      protocol: protocol as GatewayState['listeners'][number]['protocol'],
    })),
  };
}
