import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answers, answerProblems } from '../../../../lib/cli/init/entry.ts';
import {
  pairEndpoints,
  propose,
  remarksOn,
  type SeenAppliance,
  type Surroundings,
} from '../../../../lib/cli/init/proposal.ts';
import { entries } from './entries.ts';

const NOTHING: SeenAppliance = { nodes: [], vips: [], otherVips: [], clusters: [] };
const ALONE: Surroundings = { seen: undefined, others: [], variables: false };
const at = (...endpoints: string[]): Answers => ({ endpoints });
const other = (name: string, clusters: string[] = ['prod']) => ({
  name,
  clusters,
  endpoints: ['https://10.9.9.9'],
  credentials: { secret: 's' },
});

describe('the proposed name', () => {
  it.each<[string, Answers, Partial<Surroundings>, string]>([
    ['an address says nothing', at('https://10.0.0.5'), {}, 'edge'],
    ['an IPv6 address neither', at('https://[2001:db8::5]'), {}, 'edge'],
    ['this machine neither', at('http://localhost:8080'), {}, 'edge'],
    ['the host of the endpoint', at('https://vpx-3.example.com'), {}, 'vpx-3'],
    [
      'the name of the node comes first',
      at('https://vpx-3.example.com'),
      { seen: { ...NOTHING, nodes: [{ name: 'NS_Core 1', address: '10.0.0.5' }] } },
      'ns-core-1',
    ],
    [
      'a Console is not the appliance',
      { ...at('https://adm.example.com'), console: { instanceName: 'VPX 9' } },
      {},
      'vpx-9',
    ],
    ['nor is its host', { ...at('https://adm.example.com'), console: { instanceIp: '10.1.1.1' } }, {}, 'edge'],
    ['a name that is taken gets a number', at('https://10.0.0.5'), { others: [other('edge')] }, 'edge-2'],
    ['the next free one', at('https://10.0.0.5'), { others: [other('edge'), other('edge-2')] }, 'edge-3'],
    ['a long name keeps room for it', at(`https://${'a'.repeat(63)}.example.com`), {}, 'a'.repeat(30)],
  ])('%s', (_what, answers, around, name) => {
    expect(propose(answers, { ...ALONE, ...around }).name).toBe(name);
  });
});

describe('the other proposals', () => {
  it('credentials: the variables of --nitro if they are set, or else a secret with the name', () => {
    expect(propose(at('https://vpx.example.com'), ALONE).credentials).toEqual({ secret: 'nspass/vpx' });
    expect(propose({ name: 'lab' }, ALONE).credentials).toEqual({ secret: 'nspass/lab' });
    expect(propose({ name: 'lab' }, { ...ALONE, variables: true }).credentials).toEqual({
      environment: 'NSPASS_NITRO',
    });
  });

  it('clusters: those that the appliance serves, or else those of the last appliance in the file', () => {
    const others = [other('a', ['x']), other('b', ['y', 'z'])];
    expect(propose({}, ALONE)).not.toHaveProperty('clusters');
    expect(propose({}, { ...ALONE, others }).clusters).toEqual(['y', 'z']);
    expect(propose({}, { ...ALONE, others, seen: { ...NOTHING, clusters: ['prod'] } }).clusters).toEqual(['prod']);
  });

  it('the VIP with the most hosts, and as ranges only addresses that are known; those of others never', () => {
    const seen = { ...NOTHING, vips: ['192.0.2.10', '192.0.2.11'], otherVips: ['198.51.100.1'] };
    expect(propose({}, { ...ALONE, seen })).toMatchObject({
      defaultVip: '192.0.2.10',
      frontendIPs: ['192.0.2.10', '192.0.2.11'],
    });
    expect(propose({ defaultVip: '192.0.2.99' }, { ...ALONE, seen: NOTHING }).frontendIPs).toEqual(['192.0.2.99']);
    expect(propose({}, { ...ALONE, seen: { ...NOTHING, otherVips: ['198.51.100.1'] } })).not.toHaveProperty(
      'defaultVip',
    );
  });

  it('whatever an appliance reports: every proposal is one that the loader takes, and no answer is changed', () => {
    const text = fc.oneof(fc.string(), fc.ipV4(), fc.constantFrom('127.0.0.1', '0.0.0.0', 'prod', 'Prod_1', ''));
    const seen = fc.record({
      nodes: fc.array(fc.record({ name: text, address: text }), { maxLength: 3 }),
      vips: fc.array(text, { maxLength: 3 }),
      otherVips: fc.array(text, { maxLength: 3 }),
      clusters: fc.array(text, { maxLength: 3 }),
    });
    const partial = entries.chain((entry) => fc.subarray(Object.entries(entry)).map(Object.fromEntries));
    fc.assert(
      fc.property(partial, fc.option(seen, { nil: undefined }), fc.boolean(), (answers, look, variables) => {
        const others = [other('edge')];
        const before = answerProblems(answers, others);
        const proposed = propose(answers, { seen: look, others, variables });
        expect(Object.keys(proposed).filter((field) => Object.hasOwn(answers, field))).toEqual([]);
        expect(answerProblems({ ...answers, ...proposed }, others)).toEqual(before);
        expect(proposed).toMatchObject('credentials' in answers ? {} : { credentials: expect.anything() });
      }),
    );
  });
});

describe('both endpoints of a pair', () => {
  const pair = (a: string, b: string): SeenAppliance => ({
    ...NOTHING,
    nodes: [
      { name: '', address: a },
      { name: '', address: b },
    ],
  });
  it.each<[string, Answers, SeenAppliance, string[] | undefined]>([
    [
      'the peer has scheme and port of the endpoint',
      at('https://10.0.0.5:8443'),
      pair('10.0.0.5', '10.0.0.6'),
      ['https://10.0.0.5:8443', 'https://10.0.0.6:8443'],
    ],
    [
      'the endpoint is the second node',
      at('https://10.0.0.6/'),
      pair('10.0.0.5', '10.0.0.6'),
      ['https://10.0.0.6/', 'https://10.0.0.5'],
    ],
    [
      'IPv6',
      at('http://[2001:DB8::5]'),
      pair('2001:db8:0::5', '2001:db8::6'),
      ['http://[2001:DB8::5]', 'http://[2001:db8::6]'],
    ],
    ['reached under another address', at('https://vpx.example.com'), pair('10.0.0.5', '10.0.0.6'), undefined],
    ['both are given', at('https://10.0.0.5', 'https://10.0.0.7'), pair('10.0.0.5', '10.0.0.6'), undefined],
    ['one node', at('https://10.0.0.5'), { ...NOTHING, nodes: [{ name: '', address: '10.0.0.5' }] }, undefined],
    ['a Console', { ...at('https://10.0.0.5'), console: {} }, pair('10.0.0.5', '10.0.0.6'), undefined],
    ['a peer without an address', at('https://10.0.0.5'), pair('10.0.0.5', ''), undefined],
    ['a peer that is none', at('https://10.0.0.5'), pair('10.0.0.5', 'evil.example.com'), undefined],
  ])('%s', (_what, answers, seen, expected) => {
    expect(pairEndpoints(answers, seen)).toEqual(expected);
  });
});

describe('remarks', () => {
  const nodes = [
    { name: '', address: '10.0.0.5' },
    { name: '', address: '10.0.0.6' },
  ];
  it.each<[string, Answers, Partial<SeenAppliance>, RegExp[]]>([
    ['nothing to say', at('https://10.0.0.5'), {}, []],
    ['a pair whose peer is proposed', at('https://10.0.0.5'), { nodes }, []],
    [
      'a pair under another address',
      at('https://vpx.example.com'),
      { nodes },
      [/HA pair \(10\.0\.0\.5, 10\.0\.0\.6\)/],
    ],
    ['a pair of which both are given', at('https://a', 'https://b'), { nodes }, []],
    ['a pair behind a Console', { ...at('https://a'), console: { instanceIp: '10.0.0.5' } }, { nodes }, []],
    [
      'addresses of others',
      at('https://a'),
      { otherVips: ['192.0.2.1', '192.0.2.2'] },
      [/on 192\.0\.2\.1, 192\.0\.2\.2:/],
    ],
    [
      'many of them',
      at('https://a'),
      { otherVips: [1, 2, 3, 4, 5, 6, 7].map((n) => `192.0.2.${n}`) },
      [/192\.0\.2\.5 and 2 more:/],
    ],
    [
      'what is no address reaches no terminal',
      at('https://a'),
      { otherVips: ['\u001b[2J', '192.0.2.1'] },
      [/on 192\.0\.2\.1:/],
    ],
  ])('%s', (_what, answers, seen, expected) => {
    const remarks = remarksOn(answers, { ...NOTHING, ...seen });
    expect(remarks).toEqual(expected.map((text) => expect.stringMatching(text)));
  });
});
