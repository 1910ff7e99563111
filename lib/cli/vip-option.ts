import { InvalidArgumentError } from 'commander';
import { neverAllowed } from '../ingress/cidr.ts';
import { parseAddress } from '../ingress/ip.ts';

/** Parses `--default-vip ADDRESS`, by the rule that its Ingresses are read with afterwards (VAL-9). */
export function vipOption(text: string): string {
  const address = parseAddress(text.trim());
  if (address === undefined) {
    throw new InvalidArgumentError(
      'one IPv4 or IPv6 address is needed, without port or prefix: 192.0.2.10, 2001:db8::10.',
    );
  }
  const kind = neverAllowed(address);
  if (kind !== undefined) throw new InvalidArgumentError(`no front end can have an address of this kind: ${kind}.`);
  return address.text;
}
