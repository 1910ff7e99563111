import { neverAllowed } from '../ingress/cidr.ts';
import { parseAddress } from '../ingress/ip.ts';
import { OptionsError } from './options-error.ts';

/**
 * Returns the canonical form of a default VIP, by the rule for addresses of Ingresses (VAL-9).
 *
 * @throws {OptionsError} if no front end can have it.
 */
export function readDefaultVip(text: string): string {
  const address = parseAddress(text.trim());
  if (address === undefined) {
    throw new OptionsError(
      'Expected one IPv4 or IPv6 address without port or prefix, such as 192.0.2.10 or 2001:db8::10.',
    );
  }
  const kind = neverAllowed(address);
  if (kind !== undefined) throw new OptionsError(`A front end cannot have ${kind} address.`);
  return address.text;
}
