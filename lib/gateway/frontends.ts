import { type Finding, qualifiedName } from '../contract/index.ts';
import { poolAddresses } from '../ingress/address-pool.ts';
import { neverAllowed } from '../ingress/cidr.ts';
import { finding, quote } from '../ingress/finding.ts';
import { type FrontendRules, ownerOfAddress } from '../ingress/frontend.ts';
import { parseAddress } from '../ingress/ip.ts';
import { pickAddress } from './pick-address.ts';

/** What the addresses of a Gateway follow from. A listener of a route's state is one. */
export interface AddressRequest {
  readonly gateway: { readonly namespace: string; readonly name: string };
  /** Addresses that the Gateway requests; empty if the appliance chooses. */
  readonly addresses: readonly string[];
  /** Addresses that appliances chose before, by the status of the Gateway. */
  readonly assigned?: readonly string[] | undefined;
}

/** The addresses at which an appliance serves a Gateway. */
export interface GatewayAddresses {
  /** Allowed addresses; none where nothing can be programmed. */
  readonly vips: readonly string[];
  /** All requested addresses belong to other appliances. */
  readonly elsewhere: boolean;
  readonly findings: readonly Finding[];
}

/** A request, and where its findings belong. */
interface Subject {
  readonly name: string;
  readonly path: string;
}

function invalid({ name, path }: Subject, address: string, reason: string): Finding {
  const message = `the Gateway ${name} requests the address ${quote(address)}, ${reason}`;
  return finding('GatewayAddressInvalid', { message, path, value: address });
}

/**
 * Returns the addresses that an appliance chooses for a Gateway that requests none. Pure: the same Gateway always gets the
 * same answer, whichever of its routes asks and in whichever order events arrive.
 *
 * | the appliance | chooses |
 * |---|---|
 * | could choose an assigned address | the assigned ones: a Gateway does not move because the pool grows |
 * | has a default VIP | the default VIP |
 * | has addresses for Gateways | one of them, by the Gateway's name |
 * | has neither | none |
 *
 * @param gateway name across all clusters: `cluster/namespace/name`.
 */
function chosenAddresses(
  gateway: string,
  assigned: readonly string[],
  { defaultVip, gatewayAddresses = [] }: FrontendRules,
): readonly string[] {
  const pool = poolAddresses(gatewayAddresses);
  const own = new Set([...pool, ...(defaultVip === undefined ? [] : [parseAddress(defaultVip)?.text ?? defaultVip])]);
  const kept = assigned.flatMap((text) => parseAddress(text)?.text ?? []).filter((text) => own.has(text));
  if (kept.length > 0) return kept.sort();
  if (defaultVip !== undefined) return [defaultVip];
  const picked = pickAddress(gateway, pool);
  return picked === undefined ? [] : [picked];
}

/**
 * Returns the addresses of a Gateway (GW-6): those that it requests, else those that the appliance chooses. An address of
 * another appliance is left to that one (VAL-9).
 *
 * @param path field that findings name.
 */
export function addressesOf(
  cluster: string,
  { gateway, addresses, assigned = [] }: AddressRequest,
  rules: FrontendRules,
  path: string,
): GatewayAddresses {
  const name = qualifiedName(gateway);
  const requested = addresses.length > 0 ? addresses : chosenAddresses(`${cluster}/${name}`, assigned, rules);
  if (requested.length === 0) {
    const message = `the Gateway ${name} requests no address, and the appliance has neither a default VIP nor addresses for Gateways`;
    const remedy = 'Set spec.addresses of the Gateway, or a default VIP or gatewayAddresses for the appliance.';
    return {
      vips: [],
      elsewhere: false,
      findings: [finding('FrontendIPRequired', { message, path, value: name, remedy })],
    };
  }
  const vips: string[] = [];
  const findings: Finding[] = [];
  let others = 0;
  for (const text of requested) {
    const address = parseAddress(text);
    const range = address === undefined ? undefined : neverAllowed(address);
    if (address === undefined) {
      findings.push(invalid({ name, path }, text, 'which is not an IP address'));
      continue;
    }
    if (range !== undefined) {
      findings.push(invalid({ name, path }, text, `but a front end cannot have ${range} address`));
      continue;
    }
    const whose = ownerOfAddress(address, rules);
    if (whose === 'this') vips.push(address.text);
    else if (whose === 'other') others++;
    else {
      const message = `${address.text}, which the Gateway ${name} requests, is outside the front-end ranges of this appliance: ${rules.frontendIPs?.join(', ')}`;
      findings.push(finding('FrontendIPForbidden', { message, path, value: address.text }));
    }
  }
  return { vips: [...new Set(vips)], elsewhere: others === requested.length, findings };
}
