import { expect, it } from 'vitest';
import { eventText } from '../../../lib/cli/local/event-text.ts';
import type { BusEvent } from '../../../lib/contract/index.ts';

const ingress = { namespace: 'default', name: 'a' };
const snapshot = (from: string, to: string, ingresses: object[], listed: object[] = []): object => ({
  from,
  to,
  flagged: true,
  ingresses,
  listed,
});

it.each<[string, object, string]>([
  ['Ingress Changed', { ingress }, 'current state of default/a'],
  ['Ingress Withdrawn', ingress, 'default/a no longer requests passthrough'],
  ['Cluster Snapshot', snapshot('22', 'zz', []), 'snapshot of the whole cluster: no Ingress requests passthrough'],
  ['Cluster Snapshot', snapshot('22', 'zz', [ingress]), 'snapshot of the whole cluster: 1 Ingress with passthrough'],
  [
    'Cluster Snapshot',
    snapshot('22', 'zz', [ingress], [ingress]),
    'snapshot of the whole cluster: 2 Ingresses with passthrough',
  ],
  [
    'Cluster Snapshot',
    snapshot('22', 'ab', [ingress]),
    'snapshot of a part of the cluster: 1 Ingress with passthrough',
  ],
  ['TLSRoute Changed', { tlsRoute: ingress }, 'current state of default/tlsroute/a'],
  ['TLSRoute Withdrawn', ingress, 'no listener takes default/tlsroute/a any more'],
  [
    'TLSRoute Snapshot',
    { from: '02', to: '1z', flagged: true, tlsRoutes: [ingress], listed: [] },
    'snapshot of the whole cluster: 1 TLSRoute',
  ],
  [
    'TLSRoute Snapshot',
    { from: '02', to: '0z', flagged: true, tlsRoutes: [], listed: [] },
    'snapshot of a part of the cluster: no TLSRoute',
  ],
  [
    'TLSRoute Snapshot',
    { from: '02', to: '1z', flagged: true, tlsRoutes: [], listed: [], gateways: [ingress], listedGateways: [ingress] },
    'snapshot of the whole cluster: no TLSRoute, 2 Gateways',
  ],
  ['Gateway Changed', { gateway: ingress }, 'current state of default/gateway/a'],
  ['Gateway Withdrawn', ingress, 'default/gateway/a has no accepted listener any more'],
  ['Resync Requested', { reason: 'x' }, 'Resync Requested'],
])('%s %j', (detailType, data, text) => {
  expect(eventText({ detailType, detail: { data } } as unknown as BusEvent)).toBe(text);
});
