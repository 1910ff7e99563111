import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AttachedRoutes } from '../../../../lib/forwarder/status/attached-routes.ts';
import { runs } from '../../../support/patience.ts';

const listener = fc.constantFrom('infra/a/tls', 'infra/a/more', 'infra/b/tls', 'shop/a/tls');
const step = fc.record({ route: fc.constantFrom('r1', 'r2', 'r3'), listeners: fc.uniqueArray(listener) });

it('property: counts are those of the routes’ last listeners, and name the Gateways that change', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const attached = new AttachedRoutes();
      const model = new Map<string, readonly string[]>();
      const countOf = (name: string) => [...model.values()].filter((listeners) => listeners.includes(name)).length;
      const ALL = ['infra/a/tls', 'infra/a/more', 'infra/b/tls', 'shop/a/tls'];
      for (const { route, listeners } of steps) {
        const before = ALL.map(countOf);
        model.set(route, listeners);
        const changed = attached.replace(route, new Set(listeners));
        expect(ALL.map((name) => attached.count(name))).toEqual(ALL.map(countOf));
        const gateways = ALL.filter((name, index) => countOf(name) !== before[index]).map((name) =>
          name.slice(0, name.lastIndexOf('/')),
        );
        expect([...changed].sort()).toEqual([...new Set(gateways)].sort());
      }
      attached.clear();
      expect(ALL.map((name) => attached.count(name))).toEqual([0, 0, 0, 0]);
    }),
    { numRuns: runs(200) },
  );
});
