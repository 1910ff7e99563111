import { quote } from '../ingress/finding.ts';
import { fault, type GatewayFault } from './fault.ts';
import type { K8sListener } from './kubernetes.ts';
import type { GatewaySettings } from './settings.ts';

/** What a listener of a protocol does, and the kind of routes that fits it. */
export type ListenerProtocol =
  | { readonly name: 'TLS'; readonly routeKind: 'TLSRoute' }
  | { readonly name: 'HTTP' | 'HTTPS'; readonly routeKind: 'HTTPRoute' };

const TLS: ListenerProtocol = { name: 'TLS', routeKind: 'TLSRoute' };

const unsupported = (reason: string, message: string, path: string): GatewayFault =>
  fault(reason, 'GatewayListenerUnsupported', { message, path });

/**
 * Returns the protocol of a listener, or why it is not accepted (GW-2).
 *
 * | protocol | `tls.mode` | result |
 * |---|---|---|
 * | `TLS` | `Passthrough` | accepted |
 * | `TLS` | `Terminate`, also where absent | `UnsupportedValue` |
 * | `HTTP` | — | accepted; answers 404, because no route is read for it |
 * | `HTTPS` | `Terminate`, also where absent | accepted only with the setting, else `UnsupportedProtocol` |
 * | any other | — | `UnsupportedProtocol` |
 *
 * Source: `ListenerReasonUnsupportedProtocol` in apis/v1/gateway_types.go, and the official tests
 * TLSRouteListenerTerminateNotSupported and GatewayInvalidListenersUnsupportedProtocol.
 *
 * @param at path of the listener: `spec.listeners[0]`.
 */
export function listenerProtocol(
  { protocol = '', tls }: K8sListener,
  at: string,
  settings: GatewaySettings,
): ListenerProtocol | GatewayFault {
  const mode = tls?.mode ?? 'Terminate';
  if (protocol === 'HTTP') return { name: 'HTTP', routeKind: 'HTTPRoute' };
  if (protocol === 'TLS') {
    if (mode === 'Passthrough') return TLS;
    const path = tls?.mode === undefined ? at : `${at}.tls.mode`;
    return unsupported('UnsupportedValue', `tls.mode is ${quote(mode)}, but TLS is only passed through`, path);
  }
  if (protocol === 'HTTPS' && settings.https === true) {
    if (mode === 'Terminate') return { name: 'HTTPS', routeKind: 'HTTPRoute' };
    return unsupported('UnsupportedValue', `tls.mode is ${quote(mode)}, which HTTPS cannot have`, `${at}.tls.mode`);
  }
  const message = `the protocol ${quote(protocol)} is not supported`;
  return unsupported('UnsupportedProtocol', message, `${at}.protocol`);
}
