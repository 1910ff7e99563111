import { neverAllowed } from '../ingress/cidr.ts';
import { quote } from '../ingress/finding.ts';
import { parseAddress } from '../ingress/ip.ts';
import { fault, type GatewayFault } from './fault.ts';
import type { K8sGateway } from './kubernetes.ts';

/** The addresses that a Gateway requests. */
export interface RequestedAddresses {
  /** In canonical form, each once; empty where any address will do. */
  readonly addresses: readonly string[];
  /** Entries of a type that is not supported: the Gateway is not accepted. */
  readonly unsupported: readonly GatewayFault[];
  /** Entries that no front end can have: the Gateway is not programmed. */
  readonly unusable: readonly GatewayFault[];
}

/**
 * Reads `spec.addresses` (GW-6).
 *
 * | entry | result |
 * |---|---|
 * | type `IPAddress`, or none, with an address | requested |
 * | the same without a value | any address, as without an entry |
 * | another type, such as `Hostname` | `UnsupportedAddress` |
 * | a value that is not an address, or that no front end can have | `AddressNotUsable` |
 *
 * Source: `GatewayReasonUnsupportedAddress`, `GatewayReasonAddressNotUsable` and `GatewaySpecAddress` in
 * apis/v1/gateway_types.go, and the official tests GatewayStaticAddresses and GatewayOptionalAddressValue.
 */
export function requestedAddresses({ spec }: K8sGateway): RequestedAddresses {
  const addresses = new Set<string>();
  const unsupported: GatewayFault[] = [];
  const unusable: GatewayFault[] = [];
  for (const [index, { type = 'IPAddress', value = '' }] of (spec.addresses ?? []).entries()) {
    const path = `spec.addresses[${index}]`;
    if (type !== 'IPAddress') {
      const message = `the address type ${quote(type)} is not supported, only IPAddress`;
      unsupported.push(fault('UnsupportedAddress', 'GatewayAddressInvalid', { message, path, value: type }));
      continue;
    }
    if (value === '') continue;
    const address = parseAddress(value);
    const range = address === undefined ? undefined : neverAllowed(address);
    if (address !== undefined && range === undefined) {
      addresses.add(address.text);
      continue;
    }
    const why = range === undefined ? 'is not an IP address' : `is ${range} address, which a front end cannot have`;
    const message = `the address ${quote(value)} ${why}`;
    unusable.push(fault('AddressNotUsable', 'GatewayAddressInvalid', { message, path: `${path}.value`, value }));
  }
  return { addresses: [...addresses], unsupported, unusable };
}
