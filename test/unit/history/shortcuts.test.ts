import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApplianceModel, type DesiredEvent, type EventRef, eventRef } from '../../../lib/history/index.ts';
import { eventLists } from '../../support/event-lists.ts';
import { runs } from '../../support/patience.ts';

type Rules = ConstructorParameters<typeof ApplianceModel>[0];

const RULES: Rules = {
  appliance: 'appliance',
  systemId: 'nsp',
  filter: {},
  rules: { hostOwnership: [], ipsets: [], defaultVip: '192.0.2.10' },
  policy: 'sync',
  prune: { percent: 100, minimum: 1_000 },
};
/** Appliances that select, allow and refuse different things. */
const APPLIANCES: Readonly<Record<string, Rules>> = {
  'selects everything': RULES,
  'guards against snapshots': { ...RULES, prune: { percent: 30, minimum: 0 } },
  'selects a namespace and a class': {
    ...RULES,
    filter: { namespaces: ['default'], ingressClasses: ['citrix'], gatewayClasses: ['netscaler'] },
  },
  'allows members of one network': { ...RULES, rules: { ...RULES.rules, memberNetworks: ['10.0.0.0/8'] } },
};

/** Everything that a model tells of an appliance. */
const contentOf = ({ hosts, frontends, objects }: ApplianceModel) => ({
  lines: hosts.sorted(),
  frontends: frontends.sorted(),
  objects: [...objects.values()]
    .map(({ judged, hashes, ...object }) => ({ ...object, findings: judged.findings, hashes: textOf(hashes) }))
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)),
});

const nameOf = ({ owner }: { readonly owner: { readonly cluster: string; readonly name: string } }): string =>
  `${owner.cluster}/${owner.name}`;

const textOf = ({ frontend, routes, members }: { frontend: string; routes: string; members: string }): string =>
  `${frontend} ${routes} ${members}`;

describe.each(Object.entries(APPLIANCES))('an appliance that %s', (_what, rules) => {
  it('random events with shortcuts → after each the same as when every event is decided as a whole', () => {
    fc.assert(
      fc.property(eventLists, (events) => {
        const quick = new ApplianceModel(rules);
        const whole = new ApplianceModel(rules);
        for (const [index, event] of events.entries()) {
          const by: EventRef = eventRef(event as DesiredEvent, index * 1000);
          const effect = quick.apply(event as DesiredEvent, by);
          expect(effect).toEqual(whole.applyAsWhole(event as DesiredEvent, by));
          expect(contentOf(quick)).toEqual(contentOf(whole));
        }
      }),
      { numRuns: runs(150) },
    );
  });
});

it('the random events → half of the states are not interpreted again, and most snapshots not decided', () => {
  let [quickly, wholly, snapshots, decided] = [0, 0, 0, 0];
  fc.assert(
    fc.property(eventLists, (events) => {
      const quick = new ApplianceModel(RULES);
      const whole = new ApplianceModel(RULES);
      for (const event of events as DesiredEvent[]) {
        const before = quick.decided;
        quick.apply(event, eventRef(event, 0));
        whole.applyAsWhole(event, eventRef(event, 0));
        if (event.detailType !== 'Cluster Snapshot') continue;
        snapshots += 1;
        decided += quick.decided - before;
      }
      quickly += quick.objects.judged;
      wholly += whole.objects.judged;
    }),
    { numRuns: 50, seed: 1 },
  );
  expect([quickly < wholly, decided < snapshots * 0.8]).toEqual([true, true]);
});
