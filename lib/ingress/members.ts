import type { Finding, Member } from '../contract/index.ts';
import { inAny, neverAllowed } from './cidr.ts';
import { finding, quoteAll } from './finding.ts';
import { parseAddress } from './ip.ts';

/** Addresses that members may have. */
export interface MemberRules {
  /** Ranges that members must lie in; where absent, all except the never-allowed ones. */
  readonly networks: readonly string[] | undefined;
  /** VIPs in canonical form: as members, they would lead connections in a circle. */
  readonly frontends: readonly string[];
}

/**
 * Returns the members whose addresses are allowed (VAL-15), in canonical form, and one finding for the others.
 *
 * @param rules addresses that members may have.
 * @param service `service:port`, for the message.
 * @param path path of the back end in the Ingress.
 */
export function admitMembers(
  members: readonly Member[],
  { networks, frontends }: MemberRules,
  service: string,
  path: string,
): { members: Member[]; findings: Finding[] } {
  const admitted: Member[] = [];
  const forbidden = new Set<string>();
  for (const member of members) {
    const address = parseAddress(member.address);
    if (
      address !== undefined &&
      neverAllowed(address) === undefined &&
      !frontends.includes(address.text) &&
      (networks === undefined || inAny(networks, address))
    ) {
      admitted.push({ address: address.text, port: member.port });
    } else {
      forbidden.add(member.address);
    }
  }
  if (forbidden.size === 0) return { members: admitted, findings: [] };
  const addresses = [...forbidden];
  const message = `${service}: members left out, because their addresses are not allowed: ${quoteAll(addresses)}`;
  return { members: admitted, findings: [finding('MemberForbidden', { message, path, value: addresses.join(', ') })] };
}
