import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReceivedEvent } from '../../../lib/contract/index.ts';
import { ApplianceModel, type DesiredEvent, eventRef } from '../../../lib/history/index.ts';
import { startWorld } from '../../support/engine.ts';
import { eventLists } from '../../support/event-lists.ts';
import { history, type Kind } from '../../support/history.ts';
import { runs } from '../../support/patience.ts';
import { foldedFrontends, foldedRoutes, realFrontends, realRoutes } from '../../support/real-routes.ts';

/** Each history is seen after every event, at about twelve instants: 1,000 of all three kinds in `npm run test:all`. */
const RUNS = runs(30);

describe.each<Kind>(['plain', 'wide', 'clashing'])('histories of %s Ingresses', (kind) => {
  const told = history(['east', 'west'], kind).chain((what) =>
    fc.record({
      events: fc
        .tuple(fc.shuffledSubarray([...what.events]), fc.subarray([...what.events]), fc.boolean())
        .map(([late, again, inOrder]) => [
          ...(inOrder ? what.events : late),
          ...again.map((event): ReceivedEvent => ({ ...event, replay: 'again' })),
          ...what.last,
        ]),
      prune: fc.constantFrom({ percent: 100, minimum: 1_000 }, { percent: 30, minimum: 1 }),
    }),
  );

  it('the model of an appliance: after each event → what the configuration of the simulator routes', async () => {
    await fc.assert(
      fc.asyncProperty(told, async ({ events, prune }) => {
        const world = await startWorld({ settings: { prune } });
        try {
          const model = new ApplianceModel(world.engine.settings);
          for (const event of events) {
            await world.deliver(event);
            model.apply(event as DesiredEvent, eventRef(event as DesiredEvent, event.time));
            expect(foldedRoutes(model.hosts.sorted())).toEqual(await realRoutes(world));
            expect(foldedFrontends(model.frontends.sorted())).toEqual(await realFrontends(world));
          }
        } finally {
          await world.stop();
        }
      }),
      { numRuns: RUNS },
    );
  });
});

describe('histories with Gateways, TLSRoutes, settings, and another cluster of the same name', () => {
  it('the model of an appliance: after each event → the routes and front ends of the simulator', async () => {
    await fc.assert(
      fc.asyncProperty(eventLists, async (events) => {
        const world = await startWorld({ settings: { prune: { percent: 100, minimum: 1_000 } } });
        try {
          const model = new ApplianceModel(world.engine.settings);
          for (const event of events) {
            await world.deliver(event);
            model.apply(event as DesiredEvent, eventRef(event as DesiredEvent, event.time));
            expect(foldedRoutes(model.hosts.sorted())).toEqual(await realRoutes(world));
            expect(foldedFrontends(model.frontends.sorted())).toEqual(await realFrontends(world));
          }
        } finally {
          await world.stop();
        }
      }),
      { numRuns: RUNS },
    );
  });
});
