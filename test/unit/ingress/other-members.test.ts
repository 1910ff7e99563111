import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IngressState, ReceivedEvent } from '../../../lib/contract/index.ts';
import { interpret, otherMembers, withOtherMembers } from '../../../lib/ingress/index.ts';
import type { RouteSet } from '../../../lib/route/index.ts';
import { eventLists } from '../../support/event-lists.ts';
import { state } from '../../support/events.ts';
import { runs } from '../../support/patience.ts';

const RULES = { hostOwnership: [], ipsets: [], memberNetworks: ['10.0.0.0/8'], defaultVip: '192.0.2.10' };
const shop = state('shop', { members: ['10.1.0.1'] });
const withMembers = (...members: string[]): IngressState => state('shop', { members });

/** Interprets the second state from the first; undefined where it must be interpreted as a whole. */
function again(before: IngressState, after: IngressState) {
  const changed = otherMembers(before, after);
  return changed === undefined ? undefined : withOtherMembers(interpret('c', before, RULES), changed, RULES);
}

describe('otherMembers', () => {
  it.each<[string, IngressState, number | undefined]>([
    ['the same', { ...shop }, 0],
    ['another member', withMembers('10.1.0.2'), 1],
    ['another host', state('shop', { hosts: ['other.example.com'] }), undefined],
    ['another annotation', state('shop', { annotations: { 'ingress.citrix.com/secure-port': '8443' } }), undefined],
    ['another port of the Service', state('shop', { port: 8443 }), undefined],
    [
      'one back end more',
      { ...shop, backends: [...shop.backends, ...state('x', { service: 'x' }).backends] },
      undefined,
    ],
    [
      'a problem',
      { ...shop, backends: [{ service: 'web', port: 443, problem: 'ServiceNotFound', members: [] }] },
      undefined,
    ],
  ])('%s → the back ends that have others, or undefined', (_what, after, count) => {
    expect(otherMembers(shop, after)?.length).toBe(count);
  });

  it('two entries for one back end → undefined', () => {
    const twice = { ...shop, backends: [...shop.backends, ...shop.backends] };
    expect(otherMembers(twice, { ...twice })).toBeUndefined();
  });
});

describe('withOtherMembers', () => {
  it.each<[string, IngressState, IngressState]>([
    ['no member is left', shop, withMembers()],
    ['there was none', withMembers(), shop],
    ['one may not be used', shop, withMembers('10.1.0.1', '127.0.0.1')],
    ['one could not be used', withMembers('10.1.0.1', '172.16.0.1'), shop],
    ['one is the address of the front end', shop, withMembers('192.0.2.10')],
  ])('%s → is interpreted as a whole', (_what, before, after) => {
    expect(again(before, after)).toBeUndefined();
  });

  /** Calls what is given for every state of a list that can be interpreted from the one before of the same Ingress. */
  function eachAgain(
    events: readonly ReceivedEvent[],
    check: (before: IngressState, after: IngressState, routes: RouteSet) => void,
  ): void {
    const states = events.flatMap((event) => (event.detailType === 'Ingress Changed' ? [event.data.ingress] : []));
    for (const [index, after] of states.entries()) {
      const before = states.slice(0, index).findLast(({ name }) => name === after.name);
      const routes = before === undefined ? undefined : again(before, after);
      if (before !== undefined && routes !== undefined) check(before, after, routes);
    }
  }

  it('random changes → undefined, or the routes of a whole interpretation, whose findings are those of before', () => {
    fc.assert(
      fc.property(eventLists, (events) => {
        eachAgain(events, (before, after, routes) => {
          const { routes: wanted, findings } = interpret('c', after, RULES);
          expect(routes).toEqual(wanted);
          expect(findings).toEqual(interpret('c', before, RULES).findings);
        });
      }),
      { numRuns: runs(300) },
    );
  });

  it('the random changes → one of six lists has a state that is interpreted from the one before', () => {
    let taken = 0;
    for (const events of fc.sample(eventLists, { numRuns: 300, seed: 1 })) {
      eachAgain(events, () => {
        taken += 1;
      });
    }
    expect(taken).toBeGreaterThan(50);
  });
});
