import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonHostname, parseHostname } from '../../../lib/gateway/hostname.ts';

describe('GW-10: the hostname that a listener and a route have in common', () => {
  it.each([
    [undefined, 'a.example.com', 'a.example.com'],
    [undefined, '*.example.com', '*.example.com'],
    ['a.example.com', 'a.example.com', 'a.example.com'],
    ['a.example.com', 'b.example.com', undefined],
    ['a.example.com', '*.example.com', 'a.example.com'],
    ['a.b.example.com', '*.example.com', 'a.b.example.com'],
    ['*.example.com', 'a.example.com', 'a.example.com'],
    ['*.example.com', 'a.b.example.com', 'a.b.example.com'],
    ['*.example.com', 'example.com', undefined],
    ['*.example.com', 'aexample.com', undefined],
    ['*.example.com', '*.example.com', '*.example.com'],
    ['*.example.com', '*.b.example.com', '*.b.example.com'],
    ['*.b.example.com', '*.example.com', '*.b.example.com'],
    ['*.example.com', '*.aexample.com', undefined],
    ['*.example.com', '*.com', '*.example.com'],
    ['*.example.com', '*.example.org', undefined],
  ])('%s and %s → %s', (listener, route, common) => {
    expect(commonHostname(listener, route)).toBe(common);
  });

  const label = fc.constantFrom('a', 'b', 'com');
  const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
  const hostname = fc.tuple(fc.boolean(), name).map(([wildcard, rest]) => (wildcard ? `*.${rest}` : rest));
  /** All names that a hostname covers, of those that the test knows. */
  const covers = (pattern: string, one: string): boolean =>
    pattern.startsWith('*.')
      ? one.split('.').length > pattern.split('.').length - 1 && one.endsWith(pattern.slice(1))
      : one === pattern;

  it('covers exactly the names that both cover, and does not depend on the order', () => {
    fc.assert(
      fc.property(hostname, hostname, name, (listener, route, one) => {
        const common = commonHostname(listener, route);
        expect(commonHostname(route, listener)).toBe(common);
        expect(common !== undefined && covers(common, one)).toBe(covers(listener, one) && covers(route, one));
      }),
    );
  });
});

describe('GW-3: a hostname', () => {
  it.each([
    ['Shop.Example.com.', { hostname: 'shop.example.com' }],
    ['*.example.com', { hostname: '*.example.com' }],
    ['', { reason: 'is empty' }],
    ['*', { reason: 'is * alone: at least one label must follow' }],
    ['192.0.2.1', { reason: 'is an IP address or has a port' }],
  ])('%j → %j', (text, result) => {
    expect(parseHostname(text)).toEqual(result);
  });
});
