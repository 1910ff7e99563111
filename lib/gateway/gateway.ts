import type { Finding } from '../contract/index.ts';
import { quote, quoteAll } from '../ingress/finding.ts';
import { type RequestedAddresses, requestedAddresses } from './addresses.ts';
import { fault, type GatewayFault } from './fault.ts';
import { classFault } from './gateway-class.ts';
import type { K8sGateway, K8sGatewayClass } from './kubernetes.ts';
import { type JudgedListener, judgeListeners } from './listeners.ts';
import type { GatewaySettings } from './settings.ts';
import type { GatewayView } from './view.ts';

/** A Gateway of ours, judged. */
export interface JudgedGateway {
  readonly gateway: K8sGateway;
  readonly listeners: readonly JudgedListener[];
  readonly addresses: RequestedAddresses;
  /** Whether any of its listeners can be programmed, and the reason of its condition (GW-7). */
  readonly accepted: { readonly status: boolean; readonly reason: string; readonly message: string };
  /** The fault of the Gateway itself; those of listeners and addresses are theirs. */
  readonly fault?: GatewayFault;
}

/** Returns the fault that keeps a whole Gateway from being accepted, apart from its listeners and addresses. */
function gatewayFault({ spec }: K8sGateway, ownClass: K8sGatewayClass): GatewayFault | undefined {
  const ofClass = classFault(ownClass);
  if (ofClass !== undefined) {
    return fault('NotReconciled', 'GatewayParametersUnsupported', {
      message: `GatewayClass ${quote(ownClass.metadata.name)} is not accepted: ${ofClass.finding.message}`,
      path: 'spec.gatewayClassName',
    });
  }
  if (spec.parametersRef !== undefined) {
    return fault('InvalidParameters', 'GatewayParametersUnsupported', {
      message: 'spec.infrastructure.parametersRef is given, but no parameters are supported',
      path: 'spec.infrastructure.parametersRef',
    });
  }
  if ((spec.listeners ?? []).length > 0) return undefined;
  const message = 'the Gateway has no listener';
  return fault('ListenersNotValid', 'GatewayListenerInvalid', { message, path: 'spec.listeners' });
}

/**
 * Returns whether a Gateway is accepted (GW-7): it is, with the reason `ListenersNotValid`, as long as one of its listeners
 * is. Source: `GatewayConditionAccepted` in apis/v1/gateway_types.go.
 */
function acceptance(
  found: GatewayFault | undefined,
  { unsupported }: RequestedAddresses,
  listeners: readonly JudgedListener[],
): JudgedGateway['accepted'] {
  const refused = found ?? unsupported[0];
  if (refused !== undefined) return { status: false, reason: refused.reason, message: refused.finding.message };
  const invalid = listeners.filter((listener) => listener.fault !== undefined);
  if (invalid.length === 0) return { status: true, reason: 'Accepted', message: 'all listeners are valid' };
  const names = quoteAll(invalid.map(({ name }) => name));
  return {
    status: invalid.length < listeners.length,
    reason: 'ListenersNotValid',
    message: `${invalid.length} of ${listeners.length} listeners are not valid: ${names}`,
  };
}

/**
 * Judges a Gateway whose class is ours (GW-2 to GW-7). Pure.
 *
 * @param ownClass the GatewayClass that it names.
 */
export function judgeGateway(
  gateway: K8sGateway,
  ownClass: K8sGatewayClass,
  view: GatewayView,
  settings: GatewaySettings,
): JudgedGateway {
  const listeners = judgeListeners(gateway, view, settings);
  const addresses = requestedAddresses(gateway);
  const found = gatewayFault(gateway, ownClass);
  return {
    gateway,
    listeners,
    addresses,
    accepted: acceptance(found, addresses, listeners),
    ...(found === undefined ? {} : { fault: found }),
  };
}

/** Returns the findings about a Gateway, its addresses and its listeners. */
export function gatewayFindings({ fault: own, addresses, listeners }: JudgedGateway): Finding[] {
  const faults = [
    own,
    ...addresses.unsupported,
    ...addresses.unusable,
    ...listeners.flatMap((listener) => [listener.fault, listener.refsFault]),
  ];
  return faults.flatMap((each) => (each === undefined ? [] : [each.finding]));
}
