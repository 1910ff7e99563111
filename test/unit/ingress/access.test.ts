import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessOf, MOST_NETWORKS } from '../../../lib/ingress/access.ts';
import { inAny } from '../../../lib/ingress/cidr.ts';
import { formatAddress, parseAddress } from '../../../lib/ingress/ip.ts';
import { readOwnAnnotations } from '../../../lib/ingress/own-annotations.ts';

const ALLOW = 'netscaler-passthrough/allow-sources';
const DENY = 'netscaler-passthrough/deny-sources';
const VIP = '192.0.2.10';

const read = (annotations: Record<string, string>, ...vips: string[]) =>
  accessOf(readOwnAnnotations(annotations), vips.length === 0 ? [VIP] : vips, 'Ingress');
const codes = (annotations: Record<string, string>) => read(annotations).findings.map(({ code }) => code);

describe('VAL-17: who may connect', () => {
  it.each<[string, Record<string, string>, object | undefined]>([
    ['no annotation', {}, undefined],
    ['an address', { [ALLOW]: '192.0.2.1' }, { allow: ['192.0.2.1'] }],
    ['a range of one', { [ALLOW]: '192.0.2.1/32' }, { allow: ['192.0.2.1'] }],
    ['commas, blanks and lines', { [ALLOW]: ' 10.0.0.0/8,\n192.0.2.1 ' }, { allow: ['10.0.0.0/8', '192.0.2.1'] }],
    ['networks within others', { [ALLOW]: '10.1.0.0/16, 10.0.0.0/8, 10.0.0.0/8' }, { allow: ['10.0.0.0/8'] }],
    ['both lists', { [ALLOW]: '10.0.0.0/8', [DENY]: '10.0.0.1' }, { allow: ['10.0.0.0/8'], deny: ['10.0.0.1'] }],
    ['the other family beside it', { [ALLOW]: '10.0.0.0/8 2001:db8::/32' }, { allow: ['10.0.0.0/8'] }],
    ['only the other family kept out', { [DENY]: '2001:db8::/32' }, undefined],
    ['everybody', { [ALLOW]: '0.0.0.0/0' }, { allow: ['0.0.0.0/0'] }],
  ])('%s', (_name, annotations, access) => {
    expect(read(annotations)).toEqual({ closed: false, findings: [], ...(access === undefined ? {} : { access }) });
  });

  it('counts the networks of an IPv6 front end’s family, in one form', () => {
    const annotations = { [ALLOW]: '2001:0DB8:0:0::/32 10.0.0.0/8', [DENY]: '2001:db8::0001/128' };
    expect(read(annotations, '2001:db8::10').access).toEqual({ allow: ['2001:db8::/32'], deny: ['2001:db8::1'] });
  });

  it.each<[string, Record<string, string>]>([
    ['an empty list', { [ALLOW]: '' }],
    ['blanks alone', { [DENY]: ' , ' }],
    ['no valid entry', { [ALLOW]: 'office' }],
    ['no network of the family', { [ALLOW]: '2001:db8::/32' }],
    ['an invalid entry of those kept out', { [DENY]: '10.0.0.0/8, 10.0.0.256' }],
    ['bits behind the prefix of those kept out', { [DENY]: '10.0.0.1/8' }],
    ['a prefix that is too long', { [DENY]: '10.0.0.0/33' }],
    ['a misspelt name', { 'netscaler-passthrough/allow-source': '10.0.0.0/8' }],
    ['a name in capitals', { 'netscaler-passthrough/Deny-Sources': '10.0.0.0/8' }],
    ['a name of another controller', { 'netscaler-passthrough/whitelist-source-range': '10.0.0.0/8' }],
    ['too many', { [DENY]: Array.from({ length: MOST_NETWORKS + 1 }, (_, i) => `10.0.${i}.1`).join() }],
    ['too many in both', { [ALLOW]: '10.0.0.0/8 '.repeat(MOST_NETWORKS), [DENY]: '10.0.0.1' }],
  ])('%s → nobody may connect, and it is said', (_name, annotations) => {
    expect(read(annotations)).toMatchObject({ closed: true });
    expect(read(annotations).access).toBeUndefined();
    expect(codes(annotations)).toContain('AccessClosed');
  });

  it.each(['netscaler-passthrough/lint-ignore', 'netscaler-passthrough/colour', 'example.com/allow-sources'])(
    '%s restricts nobody',
    (key) => expect(read({ [key]: '10.0.0.0/8' })).toEqual({ closed: false, findings: [] }),
  );

  it.each<[string, string, object, readonly string[]]>([
    ['networks of both', '10.0.0.0/8 2001:db8::/32', { allow: ['10.0.0.0/8', '2001:db8::/32'] }, []],
    ['networks of one', '10.0.0.0/8', { allow: ['10.0.0.0/8'] }, ['IPv6, as the front end 2001:db8::10 is']],
  ])('front ends of both families, %s → each admits whom its own family names', (_what, value, access, said) => {
    const { closed, findings, access: found } = read({ [ALLOW]: value }, VIP, '2001:db8::10', '192.0.2.11');
    expect([closed, found]).toEqual([false, access]);
    expect(findings.map(({ message }) => message)).toEqual(
      said.map(
        (why) =>
          `${ALLOW}: no network is one of ${why}: every connection to the hosts of this Ingress on 2001:db8::10 is reset`,
      ),
    );
  });

  it('front ends of both families, and no network → nobody may connect anywhere', () => {
    const { closed, findings } = accessOf(readOwnAnnotations({ [ALLOW]: '' }), [VIP, '2001:db8::10'], 'TLSRoute');
    expect([closed, findings.map(({ message }) => message)]).toEqual([
      true,
      [`${ALLOW}: the list is empty: every connection to the hosts of this TLSRoute is reset`],
    ]);
  });

  it('an invalid entry of those that may connect → it is left out, the others stay', () => {
    const annotations = { [ALLOW]: '10.0.0.0/8, 192.0.2.7/24, elsewhere' };
    expect(read(annotations).access).toEqual({ allow: ['10.0.0.0/8'] });
    const [found] = read(annotations).findings;
    expect(found).toMatchObject({ code: 'AccessNetworkInvalid', value: '192.0.2.7/24, elsewhere' });
    expect(found?.message).toContain('192.0.2.0/24');
  });

  const bits = (family: 4 | 6) => fc.bigInt({ min: 0n, max: (1n << (family === 4 ? 32n : 128n)) - 1n });
  const network = (family: 4 | 6) =>
    fc.tuple(bits(family), fc.nat(family === 4 ? 32 : 128)).map(([value, prefix]) => {
      const host = BigInt((family === 4 ? 32 : 128) - prefix);
      return { family, address: formatAddress(family, (value >> host) << host), prefix };
    });
  const networks = fc.array(fc.oneof(network(4), network(6)), { maxLength: 8 });
  /** Node's own matcher: it shares no code with the parser. */
  const listOf = (some: readonly { family: 4 | 6; address: string; prefix: number }[]): BlockList => {
    const list = new BlockList();
    for (const { family, address, prefix } of some) list.addSubnet(address, prefix, `ipv${family}`);
    return list;
  };
  const textOf = (some: readonly { address: string; prefix: number }[]): string =>
    some.map(({ address, prefix }) => `${address}/${prefix}`).join(', ');

  it('admits exactly the clients of the lists, whatever is merged', () => {
    fc.assert(
      fc.property(
        networks,
        networks,
        fc.constantFrom(4 as const, 6 as const),
        fc.array(bits(6)),
        (allow, deny, family, some) => {
          fc.pre(allow.length > 0 && deny.length > 0);
          const vip = family === 4 ? VIP : '2001:db8::10';
          const { access, closed } = read({ [ALLOW]: textOf(allow), [DENY]: textOf(deny) }, vip);
          // Node finds an IPv4 address in an IPv6 network, too.
          const own = (some: typeof allow) => listOf(some.filter((each) => each.family === family));
          const [allowed, denied] = [own(allow), own(deny)];
          // Addresses at the edges of the networks, and any.
          const clients = [
            ...[...allow, ...deny].filter((each) => each.family === family).map(({ address }) => address),
            ...some.map((value) => formatAddress(family, family === 4 ? value & 0xffffffffn : value)),
          ];
          for (const client of clients) {
            const address = parseAddress(client)!;
            const admitted =
              !closed && inAny(access?.allow ?? [`${client}`], address) && !inAny(access?.deny ?? [], address);
            const wanted = allowed.check(client, `ipv${family}`) && !denied.check(client, `ipv${family}`);
            expect(admitted, client).toBe(wanted);
          }
        },
      ),
    );
  });

  it('never admits more for a typing error than without it', () => {
    fc.assert(
      fc.property(networks, networks, fc.constantFrom(ALLOW, DENY), fc.string(), (allow, deny, where, typo) => {
        const lists = { [ALLOW]: textOf(allow), [DENY]: textOf(deny) };
        const right = read(lists);
        const wrong = read({ ...lists, [where]: `${lists[where]}, ${typo.replaceAll(/[\s,]/g, '')}x` });
        expect(wrong.closed || !right.closed).toBe(true);
        if (!wrong.closed) expect(wrong.access).toEqual(right.access);
      }),
    );
  });
});
