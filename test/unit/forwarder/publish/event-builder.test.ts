import { describe, expect, it } from 'vitest';
import { parseEnvelope, type SourceState } from '../../../../lib/contract/index.ts';
import { EventBuilder } from '../../../../lib/forwarder/publish/event-builder.ts';
import { emptyState } from '../../../../lib/forwarder/state/desired-state.ts';
import { gateway, state, tlsRoute } from '../../../support/events.ts';

const builder = new EventBuilder('c', 'uid', () => 0);

/** Reads an event as a function receives it. */
function received(event: ReturnType<EventBuilder['changed']>) {
  const { source, detailType, detail } = event;
  const body = { id: 'e', source, 'detail-type': detailType, time: detail.time, detail };
  const { data } = parseEnvelope(JSON.stringify(body));
  return { detailType, subject: detail.subject, data };
}

describe('events of Ingresses, TLSRoutes and Gateways', () => {
  it.each<[string, SourceState, string, string]>([
    ['an Ingress', state('web'), 'Ingress Changed', 'ingress'],
    ['a TLSRoute', tlsRoute('web'), 'TLSRoute Changed', 'tlsRoute'],
    ['a Gateway', { ...gateway('web'), namespace: 'default' }, 'Gateway Changed', 'gateway'],
  ])('%s that changed', (_what, object, detailType, field) => {
    const event = received(builder.changed(7, object, { verify: new Set(['edge']) }));
    expect(event).toMatchObject({
      detailType,
      subject: 'default/web',
      data: { sequence: 7, verify: ['edge'], [field]: object },
    });
  });

  it.each([
    ['web', 'Ingress Withdrawn'],
    ['tlsroute/web', 'TLSRoute Withdrawn'],
    ['gateway/web', 'Gateway Withdrawn'],
  ])('%s that is gone', (name, detailType) => {
    const event = received(builder.withdrawn(7, { namespace: 'default', name }));
    expect(event).toMatchObject({
      detailType,
      subject: 'default/web',
      data: { namespace: 'default', name: 'web', sequence: 7 },
    });
  });

  it.each<[string, string, SourceState, string, string, string]>([
    ['22', 'zz', state('web'), 'Cluster Snapshot', 'ingresses', 'big'],
    ['02', '1z', tlsRoute('web'), 'TLSRoute Snapshot', 'tlsRoutes', 'tlsroute/big'],
  ])('a snapshot of %s to %s', (from, to, object, detailType, field, listed) => {
    const candidate = { bytes: 1, listedBytes: 1, fits: true };
    const plan = {
      from,
      to,
      states: [{ ...candidate, state: object }],
      listed: [{ ...candidate, state: emptyState({ namespace: 'default', name: listed }) }],
    };
    const event = received(builder.snapshot(7, plan, { flagged: true, takesOver: true }));
    expect(event).toMatchObject({
      detailType,
      subject: `${from}-${to}`,
      data: {
        from,
        to,
        flagged: true,
        takesOver: true,
        [field]: [object],
        listed: [{ namespace: 'default', name: 'big' }],
      },
    });
  });

  it('a snapshot names Gateways apart, and says that there is none', () => {
    const candidate = { bytes: 1, listedBytes: 1, fits: true };
    const range = { from: '02', to: '1z' };
    const plan = {
      ...range,
      states: [tlsRoute('web'), gateway('edge')].map((each) => ({ ...candidate, state: each })),
      listed: [{ ...candidate, state: gateway('big') }],
    };
    expect(received(builder.snapshot(7, plan, { flagged: false })).data).toMatchObject({
      tlsRoutes: [{ name: 'web' }],
      gateways: [{ name: 'edge' }],
      listed: [],
      listedGateways: [{ namespace: 'infra', name: 'big' }],
    });
    const none = received(builder.snapshot(7, { ...range, states: [], listed: [] }, { flagged: false })).data;
    expect(none).toMatchObject({ tlsRoutes: [], gateways: [], listed: [] });
    expect(none).not.toHaveProperty('listedGateways');
  });
});
