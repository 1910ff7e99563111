import { afterEach, describe, expect, it } from 'vitest';
import {
  type ApplianceBehaviour,
  behaviourIn,
  checkSeal,
  type FactReport,
  factOf,
  seal,
  unknownFacts,
} from '../../../lib/appliance-facts/index.ts';
import { DEFAULT_BEHAVIOUR } from '../../../lib/simulator/behaviour.ts';
import type { Simulator } from '../../../lib/simulator/index.ts';
import { planVerification } from '../../../lib/verification/index.ts';
import {
  appliance,
  EVERYTHING,
  everything,
  FLIPS,
  flipped,
  LENT,
  NOTHING,
  verified,
} from '../../support/verification.ts';

let simulator: Simulator | undefined;

afterEach(async () => {
  await simulator?.stop();
});

async function reportOf(facts: Partial<typeof DEFAULT_BEHAVIOUR>, settings = EVERYTHING): Promise<FactReport> {
  simulator = await appliance({ facts });
  const before = await everything(simulator);
  const { report, left } = await verified(simulator, { settings });
  expect(left).toEqual([]);
  expect(await everything(simulator), 'the appliance is as before').toBe(before);
  if (report === undefined) throw new Error('there is no report');
  return report;
}

/** Facts that cannot be found out where another one is not as expected. */
const HIDDEN: Readonly<Record<string, readonly string[]>> = {
  'map-key-again': ['map-key-again-drops-comment'],
  'batch-reads': ['bindings-in-batches'],
  'filter-across-maps': ['bindings-in-batches'],
  'policies-in-partition': [
    'ssl-priority',
    'ssl-policy-set-while-bound',
    'code-bound',
    'code-priority-taken',
    'filter-number-pattern',
  ],
  'forward-untouched': [
    'hello-in-segments',
    'forward-tls13-only',
    'forward-with-sni-enabled',
    'forward-idle-timeout',
    'source-at-client-hello',
    'proxy-header-sent',
    'rename-keeps-connections',
  ],
};
/** Plain HTTP needs no policies at the ClientHello. */
const CHALLENGES = ['computed-server', 'noop-before-switching'];
/** The front end of a partition without policies at the ClientHello cannot be made at all. */
const FRONT_END = [
  'reset-seen-as',
  'forward-without-members',
  ...(HIDDEN['forward-untouched'] as readonly string[]),
  'forward-untouched',
];

describe('nspass verify', () => {
  it('an appliance like the simulator: every fact is known, and as the simulator has it', async () => {
    const report = await reportOf({});
    expect(unknownFacts(report)).toEqual([]);
    expect(behaviourIn(report)).toEqual(DEFAULT_BEHAVIOUR);
    expect(report.appliance).toEqual({ build: '14.1-51.80', model: 'simulator' });
  });

  it('nothing is lent: what needs more than NITRO is unknown, and the reason names the option', async () => {
    const { facts } = await reportOf({}, NOTHING);
    const unknown = Object.entries(facts).filter(([, { value }]) => value === 'unknown');
    expect(unknown.map(([id]) => id).sort()).toEqual([...FRONT_END, ...CHALLENGES, 'policies-in-partition'].sort());
    for (const [, { why }] of unknown) expect(why).toMatch(/--(vip|partition|backend-address)/);
  });

  it('a lent address without a back end: what needs no back end is known', async () => {
    const { facts } = await reportOf({}, { ...NOTHING, frontEnd: LENT });
    expect(facts['reset-seen-as'].value).toBe('reset');
    expect(facts['forward-without-members'].value).toBe('reset');
    expect(facts['forward-untouched'].why).toContain('--backend-address');
  });

  it.each(FLIPS)(
    '%s is %s: the report says so, nothing else differs, and nothing is left behind',
    async (id, value) => {
      const report = await reportOf(flipped(id, value), factOf(id).needs === undefined ? NOTHING : EVERYTHING);
      expect(report.facts[id].value).toBe(value);
      const known = { ...behaviourIn(report) };
      const hidden = [...(HIDDEN[id] ?? []), ...(id === 'policies-in-partition' ? FRONT_END : [])];
      const lacking = unknownFacts(report).filter((one) => report.facts[one].why?.startsWith('it needs') !== true);
      expect([...lacking].sort()).toEqual([...hidden].sort());
      expect({ ...DEFAULT_BEHAVIOUR, ...known }).toEqual({ ...DEFAULT_BEHAVIOUR, [id]: value });
    },
  );

  /** Profiles in which many facts differ at once, and none hides another. */
  const PROFILES: readonly Partial<ApplianceBehaviour>[] = [
    {},
    { 'name-characters': false, 'bulk-items': false, 'filter-before-pages': false, 'code-exists': 4_242 },
    { 'member-lists-together': 'first only', 'macro-adds': false, 'reset-seen-as': 'close', 'state-shown': false },
    { 'forward-without-members': 'answer', 'hello-in-segments': false, 'forward-idle-timeout': 'front end' },
  ];

  it.each(PROFILES)('a simulator that takes a report gives the same report: %j', async (profile) => {
    const first = seal(await reportOf(profile));
    await simulator?.stop();
    expect(behaviourIn(first)).toEqual({ ...DEFAULT_BEHAVIOUR, ...profile });
    const taken = behaviourIn(checkSeal(JSON.stringify(first)).report);
    expect(seal(await reportOf(taken))).toEqual(first);
  });

  it.each([
    ['everything is lent', EVERYTHING],
    ['nothing is lent', NOTHING],
    ['an address is lent', { ...NOTHING, frontEnd: LENT }],
  ])('%s: the plan names exactly the objects and the number of requests', async (_case, settings) => {
    const made = new Set<string>();
    simulator = await appliance({
      onRequest: ({ kind, operation, body }) => {
        if (operation !== 'add' || kind === 'login') return undefined;
        for (const [type, rows] of Object.entries(body as Record<string, unknown>)) {
          if (type.endsWith('_binding') || kind === 'batchapi') continue;
          for (const row of [rows].flat() as Record<string, unknown>[])
            made.add(`${type} ${row.name ?? row.policyname ?? row.servicegroupname ?? row.certkey ?? row.filename}`);
        }
        return undefined;
      },
    });
    const plan = planVerification(settings);
    const { requests } = await verified(simulator, { settings });
    expect([...made].sort()).toEqual(plan.objects.map(({ type, name }) => `${type} ${name}`).sort());
    expect(requests).toBe(plan.requests);
  });
});
