import type { Finding, TlsRouteParent } from '../contract/index.ts';
import { neverAllowed } from '../ingress/cidr.ts';
import { finding, quote } from '../ingress/finding.ts';
import { type FrontendRules, ownerOfAddress } from '../ingress/frontend.ts';
import { parseAddress } from '../ingress/ip.ts';

/** The addresses at which an appliance serves a listener. */
export interface ListenerAddresses {
  /** Allowed addresses; none where nothing can be programmed. */
  readonly vips: readonly string[];
  /** All requested addresses belong to other appliances. */
  readonly elsewhere: boolean;
  readonly findings: readonly Finding[];
}

/** Returns a Gateway's name for messages: `infra/edge`. */
const nameOf = ({ gateway }: TlsRouteParent): string => `${gateway.namespace}/${gateway.name}`;

function invalid(parent: TlsRouteParent, address: string, reason: string): Finding {
  const message = `the Gateway ${nameOf(parent)} requests the address ${quote(address)}, ${reason}`;
  return finding('GatewayAddressInvalid', { message, path: 'spec.parentRefs', value: address });
}

/**
 * Returns the addresses of a listener (GW-6): those that its Gateway requests, else the default VIP of the appliance. An
 * address of another appliance is left to that one (VAL-9).
 */
export function addressesOf(parent: TlsRouteParent, rules: FrontendRules): ListenerAddresses {
  const requested =
    parent.addresses.length > 0 ? parent.addresses : [rules.defaultVip].filter((vip) => vip !== undefined);
  if (requested.length === 0) {
    const message = `the Gateway ${nameOf(parent)} requests no address, and the appliance has no default VIP`;
    const remedy = 'Set spec.addresses of the Gateway, or a default VIP for the appliance.';
    const found = finding('FrontendIPRequired', { message, path: 'spec.parentRefs', value: nameOf(parent), remedy });
    return { vips: [], elsewhere: false, findings: [found] };
  }
  const vips: string[] = [];
  const findings: Finding[] = [];
  let others = 0;
  for (const text of requested) {
    const address = parseAddress(text);
    const range = address === undefined ? undefined : neverAllowed(address);
    if (address === undefined) {
      findings.push(invalid(parent, text, 'which is not an IP address'));
      continue;
    }
    if (range !== undefined) {
      findings.push(invalid(parent, text, `but a front end cannot have a ${range} address`));
      continue;
    }
    const whose = ownerOfAddress(address, rules);
    if (whose === 'this') vips.push(address.text);
    else if (whose === 'other') others++;
    else {
      const message = `${address.text}, which the Gateway ${nameOf(parent)} requests, is outside the front-end ranges of this appliance: ${rules.frontendIPs?.join(', ')}`;
      findings.push(finding('FrontendIPForbidden', { message, path: 'spec.parentRefs', value: address.text }));
    }
  }
  return { vips: [...new Set(vips)], elsewhere: others === requested.length, findings };
}
