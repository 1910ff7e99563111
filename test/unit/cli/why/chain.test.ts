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
import { routesOver } from '../../../../lib/cli/why/routes-over.ts';
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
  appliance: { kind: 'read', name: 'edge (https://192.0.2.5)', ...routesOver(routes, HOST), unfinished },
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

describe('wildcards that cover the host', () => {
  const WILD = route({ host: '*.example.com', holder: claim('wild') });
  const MANY = route({ host: '**.com', holder: claim('tlsroute/all') });
  const textOf = (step: string, input: WhyInput) => walk(input).find((each) => each.step === step)?.text;

  it('nobody names the host itself: the chain is that of the wildcard', () => {
    const input = {
      ...GOOD,
      candidates: [candidate({ name: 'shop/wild' })],
      wildcard: '*.example.com',
      ...read([WILD]),
    };
    expect(walk(input).every(({ result }) => result === 'ok')).toBe(true);
    expect(textOf('ingress', input)).toBe('shop/wild names *.example.com, which covers shop.example.com');
    expect(textOf('valid', input)).toBe('the rules of shop/wild make a route of *.example.com');
    expect(textOf('holder', input)).toMatch(
      /^prod\/shop\/wild holds \*\.example\.com, which covers the host, on 192\.0\.2\.10:443, since/,
    );
    expect(textOf('programmed', input)).toBe('*.example.com, which covers the host, is programmed on 192.0.2.10:443');
  });

  it('both are there: the exact host answers, and those behind it are named as their manifests write them', () => {
    const covering = [{ name: 'shop/wild', wildcard: '*.example.com' }];
    const input = { ...GOOD, covering, ...read([route(), MANY, WILD]) };
    expect(walk(input).every(({ result }) => result === 'ok')).toBe(true);
    expect(textOf('ingress', input)).toBe(
      'shop/web names shop.example.com; shop/wild names *.example.com, which covers it and comes after it',
    );
    expect(textOf('holder', input)).toMatch(
      /; prod\/shop\/wild holds \*\.example\.com, prod\/shop\/tlsroute\/all holds \*\.com, which comes after it$/,
    );
  });

  it('the exact host is named and only the wildcard is on the appliance: its event has not arrived', () => {
    const steps = walk({ ...GOOD, ...read([WILD]) });
    expect(steps.find(({ step }) => step === 'holder')?.text).toMatch(/wild holds \*\.example\.com, which covers/);
    expect(steps.at(-1)).toMatchObject({ step: 'recorded', result: 'failed' });
  });

  it('only the wildcard is named, and another holds the exact host: that one is met', () => {
    const candidates = [candidate({ name: 'shop/wild' })];
    const steps = walk({ ...GOOD, candidates, wildcard: '*.example.com', ...read([route(), WILD]) });
    expect(steps.every(({ result }) => result === 'ok')).toBe(true);
    expect(steps.find(({ step }) => step === 'holder')?.text).toBe(
      'prod/shop/web holds the host on 192.0.2.10:443; prod/shop/wild holds *.example.com, which comes after it',
    );
  });
});

describe('ACME challenges of the host', () => {
  const URL = `${HOST}/.well-known/acme-challenge/tok-1`;
  const challenge = (more: Partial<RouteStatus> = {}): RouteStatus =>
    route({
      host: URL,
      frontend: { vip: '192.0.2.10', port: 80, kind: 'http' },
      holder: claim('web', { backend: 'solver:8089' }),
      ...more,
    });
  const open = { open: [{ token: 'tok-1', backend: 'solver:8089' }], findings: [] };
  const judged = (input: Partial<WhyInput>) => walk({ ...GOOD, ...input }).find(({ step }) => step === 'challenges');
  const lets = (more = open) => ({ candidates: [candidate({ challenges: more })] });
  const UNSEEN: ApplianceSight = { kind: 'unseen', why: 'no appliance' };

  it('nothing speaks of any: nothing is said', () => {
    expect(judged({})).toBeUndefined();
    expect(judged({ candidates: 'no files' })).toBeUndefined();
  });

  it.each<[string, Partial<WhyInput>, string, RegExp]>([
    [
      'answered',
      { ...lets(), ...read([route(), challenge()]) },
      'ok',
      /^answered over plain HTTP on 192\.0\.2\.10:80: tok-1 by solver:8089$/,
    ],
    [
      'answered, without manifests',
      { candidates: 'no files', ...read([route(), challenge()]) },
      'ok',
      /tok-1 by solver:8089$/,
    ],
    ['none is open', lets({ open: [], findings: [] }), 'ok', /^shop\/web lets challenges through, and none is open$/],
    [
      'the appliance is not seen',
      { ...lets(), appliance: UNSEEN },
      'unseen',
      /^shop\/web answers the challenge tok-1 by solver:8089: the appliance was not looked at$/,
    ],
    [
      'not let through',
      lets({
        open: [],
        findings: [{ message: 'the solver "a:80" has no usable endpoint', remedy: 'do this' }],
      } as never),
      'failed',
      /^shop\/web: the solver "a:80" has no usable endpoint$/,
    ],
    [
      'another Ingress holds the host',
      read([route(), challenge({ state: 'redirect', holder: claim('old'), standby: [claim('web')] })]),
      'failed',
      /^the challenge tok-1 of prod\/shop\/web is not answered: prod\/shop\/old holds the host on 192\.0\.2\.10:80$/,
    ],
    [
      'its solver is down',
      read([route(), challenge({ state: 'down', members: [{ address: '10.0.0.9', port: 8089, state: 'DOWN' }] })]),
      'failed',
      /^the solver solver:8089 of the challenge tok-1 is not up: 10\.0\.0\.9:8089 DOWN$/,
    ],
    [
      'a row was changed by hand',
      read([route(), challenge({ state: 'unbound' })]),
      'failed',
      /^the challenge tok-1 on 192\.0\.2\.10:80 does not lead to its solver/,
    ],
    [
      'its event has not arrived',
      { ...lets(), ...read([route()]) },
      'failed',
      /^the appliance has no row for the challenge tok-1 of shop\/web/,
    ],
  ])('%s', (_what, input, result, text) => {
    const found = judged(input);
    expect(found).toMatchObject({ result, text: expect.stringMatching(text) });
    expect(found?.remedy !== undefined).toBe(result === 'failed');
  });

  it('one that is not answered ends nothing: what lies behind it is over TLS', () => {
    const steps = walk({ ...GOOD, ...read([route(), challenge({ state: 'unbound' })]) });
    expect(steps.slice(-3).map(({ step, result }) => [step, result])).toEqual([
      ['challenges', 'failed'],
      ['members', 'ok'],
      ['probe', 'ok'],
    ]);
  });
});
