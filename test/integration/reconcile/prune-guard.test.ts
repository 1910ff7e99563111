import { afterEach, describe, expect, it } from 'vitest';
import type { IngressState } from '../../../lib/contract/index.ts';
import { type BatchReport, type EngineSettings, reconcile } from '../../../lib/reconcile/index.ts';
import { askNobody, hostsOf, startWorld, type World } from '../../support/engine.ts';
import { changed, snapshot, state } from '../../support/events.ts';

/** Rule 11, LIF-6 on the real engine: a typo in appliances.yml, or a broken view, removes nothing. */

let world: World | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

const RULES = { hostOwnership: [], ipsets: [] };
const MANY = Array.from({ length: 20 }, (_, each) => state(`i${each}`, { hosts: [`h${each}.example.com`] }));
const bare = (ingress: IngressState): IngressState => ({ ...ingress, tls: [] });

const reasonsOf = ({ outcomes }: BatchReport): string[] =>
  outcomes.flatMap((outcome) => (outcome.detailType === 'Prune Refused' ? [outcome.data.reason] : []));

/** The engine as it is after a deployment with other settings. */
const deployed = ({ engine }: World, settings: Partial<EngineSettings>) => ({
  ...engine,
  settings: { ...engine.settings, ...settings },
});

const mistyped: readonly [string, Partial<EngineSettings>, readonly IngressState[], object][] = [
  ['frontendIPs is mistyped', { rules: { ...RULES, frontendIPs: ['198.51.100.0/24'] } }, MANY, { rejected: 20 }],
  ['ingressClasses is mistyped', { filter: { ingressClasses: ['citirx'] } }, MANY, { unselected: 20 }],
  ['memberNetworks is mistyped', { rules: { ...RULES, memberNetworks: ['172.16.0.0/12'] } }, MANY, { closed: 20 }],
  [
    'no back end has members',
    {},
    MANY.map((each) => ({ ...each, backends: each.backends.map((b) => ({ ...b, members: [] })) })),
    { closed: 20 },
  ],
  ['all are missing', {}, [], { missing: 20 }],
  ['all lost spec.tls', {}, MANY.map(bare), { rejected: 20 }],
];

describe.each(mistyped)('%s', (_what, settings, states, causes) => {
  it.each([false, true])(
    'the next snapshot (flagged: %s) is refused, and again, until it is right',
    async (flagged) => {
      world = await startWorld({ settings: { prune: { percent: 30, minimum: 10 } } });
      await world.deliver(snapshot(10, MANY, { flagged: true }));
      const before = world.config({ ledger: true });
      const engine = deployed(world, settings);
      for (const sequence of [20, 30]) {
        const { outcomes } = await reconcile(engine, [snapshot(sequence, states, { flagged })], askNobody);
        expect(outcomes).toMatchObject([
          { detailType: 'Prune Refused', data: { sequence, routes: 20, removes: 20, causes } },
        ]);
        expect(world.config({ ledger: true })).toEqual(before);
      }
      // Other events go on.
      await reconcile(
        engine,
        [changed(35, state('new', { class: 'citirx', vip: '198.51.100.1', members: ['172.16.0.1'] }))],
        askNobody,
      );
      expect(hostsOf(world).size).toBe(21);
      const { outcomes } = await world.deliver(snapshot(40, [...MANY, state('new')], { flagged }));
      expect(outcomes.map(({ detailType }) => detailType)).toContain('Snapshot Applied');
      expect(hostsOf(world).size).toBe(21);
    },
  );

  it('a confirmed one is applied', async () => {
    world = await startWorld({ settings: { prune: { percent: 30, minimum: 10 } } });
    await world.deliver(snapshot(10, MANY, { flagged: true }));
    const report = await reconcile(deployed(world, settings), [snapshot(20, states, { confirmed: true })], askNobody);
    expect(reasonsOf(report)).toEqual([]);
    const left = 'closed' in causes ? 20 : 0;
    expect(hostsOf(world).size).toBe(left);
  });
});
