import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApplianceModel, type DesiredEvent, eventRef } from '../../../lib/history/index.ts';
import {
  changed,
  gateway,
  gatewayChanged,
  gatewayWithdrawn,
  state,
  tlsRoute,
  tlsRouteChanged,
  withdrawn,
} from '../../support/events.ts';
import { runs } from '../../support/patience.ts';

const timeout = (clttimeout: number) => ({ 'ingress.citrix.com/csvserver': `{"clttimeout":"${clttimeout}"}` });

function model(events: readonly object[]): ApplianceModel {
  const made = new ApplianceModel({
    appliance: 'appliance',
    systemId: 'nsp',
    filter: {},
    rules: { hostOwnership: [], ipsets: [] },
    policy: 'sync',
    prune: { percent: 30, minimum: 10 },
  });
  for (const [index, event] of events.entries()) {
    made.apply(event as DesiredEvent, eventRef(event as DesiredEvent, index * 1000));
  }
  return made;
}

/** Front ends as `port kind since`, then listeners and settings with their owners and events. */
const frontends = (...events: readonly object[]) =>
  model(events)
    .frontends.sorted()
    .map(({ frontend, since, listeners, settings }) => [
      `${frontend.port} ${frontend.kind} ${since.id}`,
      ...listeners.map(({ owner, since: claimed }) => `${owner.name} ${claimed.id}`),
      ...settings.map((each) => `${each.attribute}=${each.value} ${each.owner.name} ${each.since.id}`),
    ]);

describe('front ends of the past', () => {
  const old = changed(10, state('old', { created: 10, annotations: timeout(100) }));
  const young = changed(20, state('young', { created: 20, annotations: timeout(200) }));

  it('CON-5: two Ingresses ask for different values → that of the older; when it goes, that of the other', () => {
    expect(frontends(young, old)).toEqual([['443 tls event-20', 'clttimeout=100 old event-10']]);
    expect(frontends(young, old, withdrawn(30, 'old'))).toEqual([
      ['443 tls event-20', 'clttimeout=200 young event-30'],
    ]);
  });

  it('an event that changes only members or hosts → explains no setting', () => {
    const members = changed(30, state('old', { created: 10, annotations: timeout(100), members: ['10.1.0.9'] }));
    const hosts = changed(40, state('old', { created: 10, annotations: timeout(100), hosts: ['other.example.com'] }));
    expect(frontends(old, members, hosts)).toEqual([['443 tls event-10', 'clttimeout=100 old event-10']]);
  });

  it('an Ingress that moves to another port → opens that front end, and the former one is gone with its settings', () => {
    const annotations = { ...timeout(100), 'ingress.citrix.com/secure-port': '8443' };
    expect(frontends(old, changed(30, state('old', { created: 10, annotations })))).toEqual([
      ['8443 tls event-30', 'clttimeout=100 old event-30'],
    ]);
  });

  it('redirects have a front end without settings', () => {
    const redirect = { ...timeout(100), 'ingress.citrix.com/insecure-termination': 'redirect' };
    expect(frontends(changed(10, state('old', { annotations: redirect })))).toEqual([
      ['80 http event-10'],
      ['443 tls event-10', 'clttimeout=100 old event-10'],
    ]);
  });

  it('GW-13: listeners of Gateways → their front ends, which stay while a route or another Gateway needs them', () => {
    const edge = gatewayChanged(10, gateway('edge', { listeners: ['TLS:443', 'HTTP:80'] }));
    const opened = [
      ['80 http event-10', 'gateway/edge event-10'],
      ['443 tls event-10', 'gateway/edge event-10'],
    ];
    expect(frontends(edge)).toEqual(opened);
    expect(frontends(edge, tlsRouteChanged(20, tlsRoute('r')), gatewayWithdrawn(30, 'edge'))).toEqual([
      ['443 tls event-10'],
    ]);
    const second = gatewayChanged(20, gateway('second', { created: 1 }));
    expect(frontends(edge, second, gatewayWithdrawn(30, 'edge'))).toEqual([
      ['443 tls event-10', 'gateway/second event-20'],
    ]);
  });

  it('CON-5: any events of many owners → each time the oldest who asks decides, since it does', () => {
    const step = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      created: fc.constantFrom(10, 20, 30),
      timeout: fc.constantFrom(undefined, undefined, 100, 200),
      gone: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const living = new Map<string, { created: number; timeout: number | undefined }>();
        let told = '';
        let since = '';
        const events = steps.map(({ name, created, timeout: asked, gone }, index) => {
          const sequence = (index + 1) * 10;
          if (gone) living.delete(name);
          else living.set(name, { created, timeout: asked });
          const [first] = [...living]
            .filter(([, each]) => each.timeout !== undefined)
            .sort(([a, one], [b, two]) => one.created - two.created || (a < b ? -1 : 1));
          const now = first === undefined ? '' : `clttimeout=${first[1].timeout} ${first[0]}`;
          if (now !== told) since = `event-${sequence}`;
          told = now;
          const annotations = asked === undefined ? {} : timeout(asked);
          return gone ? withdrawn(sequence, name) : changed(sequence, state(name, { created, annotations }));
        });
        expect(frontends(...events).flatMap(([, ...settings]) => settings)).toEqual(
          told === '' ? [] : [`${told} ${since}`],
        );
      }),
      { numRuns: runs(200) },
    );
  });
});
