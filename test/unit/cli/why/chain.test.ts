import { describe, expect, it } from 'vitest';
import { PLAIN } from '../../../../lib/cli/terminal.ts';
import { type NamingIngress, type WhyInput, walk } from '../../../../lib/cli/why/chain.ts';
import { renderSteps } from '../../../../lib/cli/why/why.ts';
import type { ClaimStatus, RouteStatus } from '../../../../lib/status/index.ts';

const HOST = 'shop.example.com';

const claim = (name: string, more: Partial<ClaimStatus> = {}): ClaimStatus => ({
  owner: { cluster: 'prod', namespace: 'shop', name },
  created: 1_700_000_000,
  backend: 'web:443',
  applied: 1_700_000_600_000,
  pending: false,
  findings: false,
  ...more,
});

const route = (more: Partial<RouteStatus> = {}): RouteStatus => ({
  host: HOST,
  frontend: { vip: '192.0.2.10', port: 443, kind: 'tls' },
  state: 'serving',
  holder: claim('web'),
  standby: [],
  members: [{ address: '10.0.0.1', port: 8443, state: 'UP' }],
  securePort: undefined,
  connections: undefined,
  object: 'nsp-shop-web',
  ...more,
});

const candidate = (more: Partial<NamingIngress> = {}): NamingIngress => ({
  name: 'shop/web',
  selected: true,
  routed: true,
  findings: [],
  ...more,
});

const GOOD: WhyInput = {
  host: HOST,
  cluster: 'prod',
  candidates: [candidate()],
  routes: [route()],
  queue: { waiting: 0, inFlight: 0 },
  probes: [{ result: 'certificate', address: '192.0.2.10:443', subject: HOST, notAfter: Date.parse('2030-01-01') }],
  now: Date.parse('2026-11-28'),
};

const finding = (message: string) => [{ message, remedy: 'do this' }];

describe('nspass why', () => {
  it('a chain that holds has nine links', () => {
    const steps = walk(GOOD);
    expect(steps.map(({ step, result }) => [step, result])).toEqual(
      ['ingress', 'selected', 'valid', 'holder', 'queue', 'recorded', 'programmed', 'members', 'probe'].map((step) => [
        step,
        'ok',
      ]),
    );
    expect(steps.at(-1)?.text).toBe(
      '192.0.2.10:443 answers with the certificate shop.example.com, valid until 2030-01-01',
    );
  });

  it.each<[string, Partial<WhyInput>, string, RegExp]>([
    ['no Ingress', { candidates: [], nearest: 'shop.example.org' }, 'ingress', /^no Ingress names shop/],
    [
      'no class',
      { candidates: [candidate({ selected: false, findings: finding('its class is not ours') })] },
      'selected',
      /class is not ours/,
    ],
    ['no annotation', { candidates: [candidate({ selected: false })] }, 'selected', /does not request passthrough/],
    [
      'no tls',
      { candidates: [candidate({ routed: false, findings: finding('TLS is not enabled') })] },
      'valid',
      /TLS is not enabled/,
    ],
    [
      'a namespace that does not own the host',
      { candidates: [candidate({ routed: false, findings: finding('HostForbidden') })] },
      'valid',
      /HostForbidden/,
    ],
    [
      'a conflict',
      { routes: [route({ holder: claim('old', { created: 1 }), standby: [claim('web')] })] },
      'holder',
      /^prod\/shop\/old holds the host on 192\.0\.2\.10:443: it is older \(1970-01-01T00:00:01Z\)/,
    ],
    [
      'paused',
      { queue: { waiting: 3, inFlight: 0 } },
      'queue',
      /^3 events wait for this appliance, and nobody takes them/,
    ],
    ['appliance down', { queue: { waiting: 3, inFlight: 2 } }, 'queue', /batches go back/],
    ['an event that has not arrived', { routes: [] }, 'recorded', /event has not arrived/],
    [
      'an object that was refused',
      { routes: [route({ holder: claim('web', { pending: true }) })] },
      'recorded',
      /unfinished/,
    ],
    ['a row that was taken away by hand', { routes: [route({ state: 'unbound' })] }, 'programmed', /changed by hand/],
    [
      'no member',
      { routes: [route({ state: 'empty', members: [] })] },
      'members',
      /^the back end web:443 has no member/,
    ],
    [
      'members down',
      { routes: [route({ state: 'down', members: [{ address: '10.0.0.1', port: 8443, state: 'DOWN' }] })] },
      'members',
      /^none of 1 members is up: 10\.0\.0\.1:8443 DOWN/,
    ],
    ['a handshake that is reset', { probes: [{ result: 'reset', address: '192.0.2.10:443' }] }, 'probe', /was reset$/],
    [
      'a certificate that expired',
      { probes: [{ result: 'certificate', address: 'a', subject: 'x', notAfter: 0 }] },
      'probe',
      /expired on 1970-01-01/,
    ],
  ])('%s → the chain breaks there, with a remedy, and ends', (_what, more, step, text) => {
    const steps = walk({ ...GOOD, ...more });
    const last = steps.at(-1);
    expect(last).toMatchObject({ step, result: 'failed' });
    expect(last?.text).toMatch(text);
    expect(last?.remedy).toBeTruthy();
    expect(steps.slice(0, -1).filter(({ result }) => result === 'failed')).toEqual([]);
  });

  it('what could not be seen is said, and ends nothing', () => {
    const blind = { candidates: 'no files', routes: 'no appliance', queue: 'no AWS', probes: 'no probe' };
    const steps = walk({ ...GOOD, ...blind });
    expect(steps).toHaveLength(9);
    expect(steps.every(({ result }) => result === 'unseen')).toBe(true);
  });

  it('without manifests, any Ingress of the cluster that holds the host is the one', () => {
    expect(walk({ ...GOOD, candidates: 'no files' }).filter(({ result }) => result === 'failed')).toEqual([]);
  });

  it('prints a mark for each link, and the remedy below the broken one', () => {
    const text = renderSteps(HOST, walk({ ...GOOD, candidates: [], nearest: 'ship.example.com' }), PLAIN);
    expect(text.split('\n')).toEqual([
      'shop.example.com:',
      '✗ ingress    no Ingress names shop.example.com',
      '  → Add a rule with this host to an Ingress. Did you mean ship.example.com?',
    ]);
  });
});
