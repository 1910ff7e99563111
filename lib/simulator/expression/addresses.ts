import { isIP } from 'node:net';
import { method, type Table } from './method.ts';
import { UNDEF } from './values.ts';

/** Returns an address as a number, with the number of bits of its family. */
function bits(address: string): { value: bigint; width: number } | undefined {
  const family = isIP(address);
  if (family === 4) {
    return { value: address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n), width: 32 };
  }
  if (family !== 6) return undefined;
  const groups = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [left, right] = groups.split('::');
  const words = (text: string | undefined): string[] => (text === undefined || text === '' ? [] : text.split(':'));
  const [first, last] = [words(left), words(right)];
  const all = groups.includes('::')
    ? [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last]
    : first;
  return { value: all.reduce((sum, word) => sum * 65_536n + BigInt(`0x${word}`), 0n), width: 128 };
}

/** Returns the network of an address for a prefix length; undefined when the address or the length is invalid. */
function network(address: string, prefix: number): string | undefined {
  const of = bits(address);
  if (of === undefined || !Number.isInteger(prefix) || prefix < 0 || prefix > of.width) return undefined;
  const shift = BigInt(of.width - prefix);
  return `${of.width}/${(of.value >> shift) << shift}`;
}

/** Returns whether an address lies in a network: an address, or a range in CIDR notation. */
export function isInNetwork(range: string, address: string): boolean {
  const [base = '', prefix] = range.split('/');
  const family = isIP(base);
  if (family === 0 || family !== isIP(address)) return false;
  const length = Number(prefix ?? (family === 4 ? 32 : 128));
  return network(address, length) === network(base, length);
}

/** Returns whether an address lies between two others, both included. */
export function inRange(first: string, last: string, address: string): boolean {
  const [from, to, at] = [bits(first), bits(last), bits(address)];
  if (from === undefined || to === undefined || at === undefined || from.width !== at.width) return false;
  return from.width === to.width && from.value <= at.value && at.value <= to.value;
}

/** Returns a network with its first address, as the appliance masks it; undefined when it is not one of the family. */
export function maskedNetwork(range: string, family: 4 | 6): string | undefined {
  const [base = '', prefix, ...more] = range.split('/');
  if (isIP(base) !== family || more.length > 0) return undefined;
  if (prefix === undefined) return base;
  const of = /^\d{1,3}$/.test(prefix) ? network(base, Number(prefix)) : undefined;
  return of === undefined ? undefined : `${textOf(of, family)}/${Number(prefix)}`;
}

/** Returns the first address of a network as text. */
function textOf(of: string, family: 4 | 6): string {
  const value = BigInt(of.slice(of.indexOf('/') + 1));
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const words = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - index * 16)) & 0xffffn).toString(16));
  return new URL(`http://[${words.join(':')}]/`).hostname.slice(1, -1);
}

/** Classifies an address or a range as written in a rule; undefined when it is neither. */
export function addressLiteral(text: string): 'ip' | 'subnet' | undefined {
  const [base, prefix, ...more] = text.split('/');
  const family = isIP(base ?? '');
  if (family === 0 || more.length > 0) return undefined;
  if (prefix === undefined) return 'ip';
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128) ? 'subnet' : undefined;
}

const whole = (address: string): string | undefined => network(address, isIP(address) === 6 ? 128 : 32);

/** Methods of addresses. */
export const ip: Table = {
  EQ: method<string, [string]>('bool', ['ip'], (on, [other]) =>
    whole(other) === undefined ? UNDEF : (on.includes('/') ? on : whole(on)) === whole(other),
  ),
  NE: method<string, [string]>('bool', ['ip'], (on, [other]) =>
    whole(other) === undefined ? UNDEF : (on.includes('/') ? on : whole(on)) !== whole(other),
  ),
  TYPECAST_TEXT_T: method<string, []>('text', [], (on) => on),
  IS_IPV6: method<string, []>('bool', [], (on) => isIP(on) === 6),
  IN_SUBNET: method<string, [string]>('bool', ['subnet'], (on, [range]) => {
    const [base] = range.split('/');
    return isIP(base ?? '') === 0 || isIP(on) === 0 ? UNDEF : isInNetwork(range, on);
  }),
  EQUALS_ANY: method<string, [string]>('bool', ['text'], (on, [set], _i, { sets }) => sets.hasPattern(set, on)),
  SUBNET: method<string, [number]>('ip', ['num'], (on, [prefix]) => network(on, prefix) ?? UNDEF),
};
