import { InvalidArgumentError } from 'commander';
import { neverAllowed } from '../ingress/cidr.ts';
import { parseAddress } from '../ingress/ip.ts';

/** Returns why a text is not the address of a front end, by the rule for addresses of Ingresses (VAL-9). */
export function vipProblem(text: string): string | undefined {
  const address = parseAddress(text.trim());
  if (address === undefined) {
    return 'Expected one IPv4 or IPv6 address without port or prefix, such as 192.0.2.10 or 2001:db8::10.';
  }
  const kind = neverAllowed(address);
  return kind === undefined ? undefined : `A front end cannot have an address of this kind: ${kind}.`;
}

/** Parses `--default-vip ADDRESS`. */
export function vipOption(text: string): string {
  const problem = vipProblem(text);
  if (problem !== undefined) throw new InvalidArgumentError(problem);
  return parseAddress(text.trim())?.text ?? text;
}
