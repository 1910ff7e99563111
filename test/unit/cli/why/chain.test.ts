import { describe, expect, it } from 'vitest';
import { PLAIN } from '../../../../lib/cli/terminal.ts';
import { walk } from '../../../../lib/cli/why/chain.ts';
import type {
  ApplianceSight,
  NamingObject,
  QueueSight,
  UnfinishedObject,
  WhyInput,
} from '../../../../lib/cli/why/input.ts';
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
  traffic: undefined,
  refused: undefined,
  object: 'nsp-shop-web',
  ...more,
});

const candidate = (more: Partial<NamingObject> = {}): NamingObject => ({
  name: 'shop/web',
  selected: true,
  routed: true,
  findings: [],
  ...more,
});

const read = (
  routes: readonly RouteStatus[],
  unfinished: readonly UnfinishedObject[] = [],
): Pick<WhyInput, 'appliance'> => ({
  appliance: { kind: 'read', name: 'edge (https://192.0.2.5)', routes, unfinished },
});

const ENABLED = { uuid: 'a1b2', state: 'Enabled', queue: 'nspass-dev-edge.fifo' };
const queue = (counts: QueueSight['counts'], more: Partial<QueueSight> = {}): QueueSight => ({
  appliance: 'edge',
  deployment: 'nspass-dev',
  functionName: 'nspass-dev-reconcile',
  awsOptions: '',
  counts,
  mapping: ENABLED,
  parked: 0,
  ...more,
});
const [NONE, WAITING, IN_FLIGHT] = [
  { waiting: 0, inFlight: 0 },
  { waiting: 3, inFlight: 0 },
  { waiting: 2, inFlight: 1 },
];

const GOOD: WhyInput = {
  host: HOST,
  cluster: 'prod',
  candidates: [candidate()],
  ...read([route()]),
  queue: queue(NONE),
  probes: [{ result: 'certificate', address: '192.0.2.10:443', subject: HOST, notAfter: Date.parse('2030-01-01') }],
  now: Date.parse('2026-11-28'),
};

const finding = (message: string) => [{ message, remedy: 'do this' }];

const UNREACHABLE: ApplianceSight = {
  kind: 'unreachable',
  why: 'https://192.0.2.5 cannot be read: no answer',
  remedy: 'nspass doctor --nitro https://192.0.2.5',
};

describe('nspass why', () => {
  it('a chain that holds has ten links', () => {
    const steps = walk(GOOD);
    expect(steps.map(({ step, result }) => [step, result])).toEqual(
      [
        'ingress',
        'selected',
        'valid',
        'appliance',
        'holder',
        'queue',
        'recorded',
        'programmed',
        'members',
        'probe',
      ].map((step) => [step, 'ok']),
    );
    expect(steps.at(-1)?.text).toBe(
      '192.0.2.10:443 answers with the certificate shop.example.com, valid until 2030-01-01',
    );
  });

  it.each<[string, Partial<WhyInput>, string, RegExp]>([
    ['no Ingress', { candidates: [], nearest: 'shop.example.org' }, 'ingress', /^no Ingress or TLSRoute names shop/],
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
      'a hostname of a TLSRoute that no listener has',
      { candidates: [candidate({ name: 'shop/tlsroute/web', routed: false })] },
      'valid',
      /^no usable listener that takes the route has the host$/,
    ],
    [
      'a host of an Ingress without a finding',
      { candidates: [candidate({ routed: false })] },
      'valid',
      /^its rules make no route of the host$/,
    ],
    [
      'a conflict',
      read([route({ holder: claim('old', { created: 1 }), standby: [claim('web')] })]),
      'holder',
      /^prod\/shop\/old holds the host on 192\.0\.2\.10:443: it is older \(1970-01-01T00:00:01Z\)/,
    ],
    ['appliance down', { appliance: UNREACHABLE }, 'appliance', /^https:\/\/192\.0\.2\.5 cannot be read/],
    [
      'paused',
      { queue: queue(WAITING, { mapping: { ...ENABLED, state: 'Disabled' } }) },
      'queue',
      /^edge is paused: its event source mapping is Disabled\. 3 events wait for edge$/,
    ],
    [
      'a queue that no function reads',
      { queue: queue(WAITING, { mapping: undefined }) },
      'queue',
      /mapping is missing$/,
    ],
    [
      'events that are returned',
      { queue: queue(IN_FLIGHT) },
      'queue',
      /^3 events wait for edge: .* or returned to the queue/,
    ],
    [
      'events that nobody takes, and Lambda is not seen',
      { queue: queue(WAITING, { mapping: 'not permitted' }) },
      'queue',
      /paused, or the function is throttled\. Lambda could not be asked which: not permitted$/,
    ],
    ['events that an enabled mapping does not take', { queue: queue(WAITING) }, 'queue', /takes none, although/],
    ['an event that has not arrived', read([]), 'recorded', /event has not arrived/],
    [
      'an object that was refused',
      read([route({ holder: claim('web', { pending: true }) })]),
      'recorded',
      /unfinished/,
    ],
    ['a row that was taken away by hand', read([route({ state: 'unbound' })]), 'programmed', /changed by hand/],
    ['no member', read([route({ state: 'empty', members: [] })]), 'members', /^the back end web:443 has no member/],
    [
      'members down',
      read([route({ state: 'down', members: [{ address: '10.0.0.1', port: 8443, state: 'DOWN' }] })]),
      'members',
      /^the only member is not up: 10\.0\.0\.1:8443 DOWN/,
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
    const appliance: ApplianceSight = { kind: 'unseen', why: 'no appliance' };
    const steps = walk({ ...GOOD, candidates: 'no files', appliance, queue: 'no AWS', probes: 'no probe' });
    expect(steps).toHaveLength(10);
    expect(steps.every(({ result }) => result === 'unseen')).toBe(true);
  });

  it('an appliance that does not answer breaks the chain, behind what was seen of the Ingress', () => {
    const steps = walk({ ...GOOD, appliance: UNREACHABLE });
    expect(steps.map(({ step, result }) => `${step} ${result}`)).toEqual([
      'ingress ok',
      'selected ok',
      'valid ok',
      'appliance failed',
    ]);
    expect(steps.at(-1)?.remedy).toContain('nspass doctor');
  });

  it.each<[string, Partial<WhyInput>, RegExp]>([
    [
      'paused',
      { queue: queue(WAITING, { mapping: { ...ENABLED, state: 'Disabled' }, awsOptions: ' --region eu-west-1' }) },
      /aws lambda update-event-source-mapping --uuid a1b2 --enabled --region eu-west-1/,
    ],
    ['returned', { queue: queue(IN_FLIGHT) }, /nspass redrive --deployment nspass-dev --appliance edge --dry-run$/],
    [
      'throttled',
      { queue: queue(WAITING) },
      /aws lambda get-function-concurrency --function-name nspass-dev-reconcile/,
    ],
    [
      'unseen',
      { queue: queue(WAITING, { mapping: 'x' }) },
      /aws lambda list-event-source-mappings --function-name nspass-dev-reconcile/,
    ],
    ['an event that has not arrived', read([]), /nspass redrive --deployment nspass-dev --appliance edge --dry-run$/],
  ])('%s → the remedy is a command', (_what, more, remedy) => {
    expect(walk({ ...GOOD, ...more }).at(-1)?.remedy).toMatch(remedy);
  });

  it('a paused appliance without waiting events breaks nothing, and is said', () => {
    const steps = walk({ ...GOOD, queue: queue(NONE, { mapping: { ...ENABLED, state: 'Disabled' } }) });
    expect(steps.find(({ step }) => step === 'queue')).toEqual({
      step: 'queue',
      result: 'ok',
      text: 'no event waits for edge, which is paused',
    });
    expect(steps.at(-1)?.step).toBe('probe');
  });

  it('a refused object is named, with the answer of the appliance where an Event has it', () => {
    const pending = read(
      [],
      [{ name: 'shop/web', missing: ['bind policy stringmap m k v', 'add serviceGroup a', 'bind c'] }],
    );
    const unknown = walk({ ...GOOD, ...pending }).at(-1);
    expect(unknown?.text).toMatch(/The appliance lacks: add serviceGroup a, and 1 more$/);
    expect(unknown?.remedy).toMatch(/^kubectl describe ingress -n shop web shows the object/);
    const candidates = [candidate({ warning: 'edge rejected the configuration: no room' })];
    expect(walk({ ...GOOD, ...pending, candidates }).at(-1)?.text).toMatch(
      /Its last warning: edge rejected the configuration: no room$/,
    );
  });

  it('parked letters are said where the event has not arrived', () => {
    expect(walk({ ...GOOD, ...read([]), queue: queue(NONE, { parked: 2 }) }).at(-1)?.text).toMatch(
      /\. 2 dead letters are parked$/,
    );
  });

  it('without manifests, any Ingress of the cluster that holds the host is the one', () => {
    expect(walk({ ...GOOD, candidates: 'no files' }).filter(({ result }) => result === 'failed')).toEqual([]);
  });

  it('prints a mark for each link, and the remedy below the broken one', () => {
    const text = renderSteps(HOST, walk({ ...GOOD, candidates: [], nearest: 'ship.example.com' }), PLAIN);
    expect(text.split('\n')).toEqual([
      'shop.example.com:',
      '✗ ingress    no Ingress or TLSRoute names shop.example.com',
      '  → Add a rule with this host to an Ingress, or the hostname to a TLSRoute. Did you mean ship.example.com?',
    ]);
  });
});
