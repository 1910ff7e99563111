import { describe, expect, it } from 'vitest';
import { judgeGateways } from '../../../lib/gateway/judge.ts';
import type { GatewayObject } from '../../../lib/gateway/kubernetes.ts';
import { GATEWAY_CONTROLLER } from '../../../lib/gateway/settings.ts';
import { type GatewayView, gatewayView } from '../../../lib/gateway/view.ts';

const meta = (name: string, namespace = 'shop') => ({ name, namespace });

/** A Gateway with a listener, and routes that attach to it. */
function world(routes: number): GatewayObject[] {
  return [
    { kind: 'GatewayClass', metadata: meta('ours', ''), spec: { controllerName: GATEWAY_CONTROLLER } },
    {
      kind: 'Gateway',
      metadata: meta('edge'),
      spec: {
        gatewayClassName: 'ours',
        listeners: [
          {
            name: 'tls',
            port: 443,
            protocol: 'TLS',
            hostname: '*.example.com',
            tls: { mode: 'Passthrough' },
            allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { tier: 'a' } } } },
          },
        ],
      },
    },
    { kind: 'Namespace', metadata: { ...meta('shop', ''), labels: { tier: 'a' } } },
    ...Array.from(
      { length: routes },
      (_, i): GatewayObject => ({
        kind: 'TLSRoute',
        metadata: meta(`r${i}`),
        spec: {
          parentRefs: [{ name: 'edge' }],
          hostnames: [`h${i}.example.com`],
          rules: [{ backendRefs: [{ name: 'web', namespace: 'back', port: 443 }] }],
        },
      }),
    ),
    ...Array.from(
      { length: routes },
      (_, i): GatewayObject => ({
        kind: 'ReferenceGrant',
        metadata: meta(`g${i}`, 'back'),
        spec: { from: [{ group: 'x', kind: 'y', namespace: `n${i}` }], to: [{ group: '', kind: 'Service' }] },
      }),
    ),
  ];
}

/** Judges a world, and counts the look-ups. */
function work(routes: number): { attached: number; counts: Readonly<Record<string, number>> } {
  const objects = world(routes);
  const counts = { classes: 0, labels: 0, grants: 0 };
  const view = gatewayView(objects, []);
  const counted: GatewayView = {
    ...view,
    gatewayClass: (name) => {
      counts.classes += 1;
      return view.gatewayClass(name);
    },
    namespaceLabels: (name) => {
      counts.labels += 1;
      return view.namespaceLabels(name);
    },
    grants: {
      permits: (reference) => {
        counts.grants += 1;
        return view.grants.permits(reference);
      },
    },
  };
  const { attachedRoutes } = judgeGateways(objects, counted, {});
  return { attached: [...attachedRoutes.values()][0] ?? 0, counts };
}

describe('GW-8 to GW-11: 10,000 TLSRoutes on one Gateway', () => {
  it('each is judged once, with one look-up of each kind; the Gateway is judged once', () => {
    expect(work(10_000)).toEqual({ attached: 10_000, counts: { classes: 1, labels: 10_000, grants: 10_000 } });
  });
});
