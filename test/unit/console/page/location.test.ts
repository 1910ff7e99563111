import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fragmentOf, type PageLocation, parseLocation, routesFragment } from '../../../../lib/console/page/location.ts';
import { STATES, TRAITS } from '../../../../lib/console/page/words.ts';
import { ROUTE_FILTERS } from '../../../../lib/console/routes-page.ts';
import { ROUTE_STATES } from '../../../../lib/status/index.ts';
import { runs } from '../../../support/patience.ts';

describe('the place within the page', () => {
  it.each<readonly [string, PageLocation]>([
    ['', { view: 'overview' }],
    ['#/', { view: 'overview' }],
    ['#/drift', { view: 'drift' }],
    ['#/conflicts?page=3', { view: 'conflicts', page: 3 }],
    ['#/routes', { view: 'routes', search: '', state: undefined, page: 1 }],
    ['#/routes?search=a%26b&state=down&page=2', { view: 'routes', search: 'a&b', state: 'down', page: 2 }],
    ['#/routes?state=constructor&page=-1', { view: 'routes', search: '', state: undefined, page: 1 }],
    ['#/routes?page=1e99', { view: 'routes', search: '', state: undefined, page: 1 }],
    ['#/route/a.example/192.0.2.1_443', { view: 'route', host: 'a.example', frontend: '192.0.2.1_443' }],
    ['#/route/a.example', { view: 'unknown' }],
    ['#/route/%E0%A4%A/x', { view: 'unknown' }],
    ['#/elsewhere', { view: 'unknown' }],
  ])('%s is read', (fragment, location) => {
    expect(parseLocation(fragment)).toEqual(location);
  });

  it('what is written is read as it was, whatever the names are', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((value) => value.isWellFormed());
    const location = fc.oneof(
      fc.record({ view: fc.constantFrom('overview', 'drift', 'changes', 'replay') }),
      fc.record({ view: fc.constant('conflicts'), page: fc.integer({ min: 1, max: 999 }) }),
      fc.record({ view: fc.constant('route'), host: text, frontend: text }),
      fc.record({
        view: fc.constant('routes'),
        search: text,
        state: fc.constantFrom(undefined, ...STATES, ...TRAITS),
        page: fc.integer({ min: 1, max: 999 }),
      }),
    ) as fc.Arbitrary<PageLocation>;
    fc.assert(
      fc.property(location, (value) => {
        expect(parseLocation(fragmentOf(value))).toEqual(value);
      }),
      { numRuns: runs(500) },
    );
  });

  it('the filters are those of the server', () => {
    expect([...STATES].sort()).toEqual([...ROUTE_STATES].sort());
    expect([...STATES, ...TRAITS].sort()).toEqual([...ROUTE_FILTERS].sort());
    expect(routesFragment('stray')).toBe('#/routes?state=stray');
  });
});
