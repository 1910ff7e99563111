import { InvalidArgumentError } from 'commander';
import { neverAllowed } from '../ingress/cidr.ts';
import { parseAddress } from '../ingress/ip.ts';

/** Parses `--default-vip ADDRESS`, by the rule for addresses of Ingresses (VAL-9). */
export function vipOption(text: string): string {
  const address = parseAddress(text.trim());
  if (address === undefined) {
    throw new InvalidArgumentError(
      'Expected one IPv4 or IPv6 address without port or prefix, such as 192.0.2.10 or 2001:db8::10.',
    );
  }
  const kind = neverAllowed(address);
  if (kind !== undefined) throw new InvalidArgumentError(`A front end cannot have an address of this kind: ${kind}.`);
  return address.text;
}
