import type { ConformanceCase } from '../case.ts';
import { apply, ingress, reset, served, service, told } from '../manifests.ts';

/**
 * The PROXY protocol: VAL-18. The servers of the suite read no header, so they show only what closes a host; what a member
 * gets is in test/integration/reconcile/proxy-protocol.test.ts.
 */
export const PROXY_PROTOCOL_CASES: readonly ConformanceCase[] = [
  {
    id: 'proxy-protocol-invalid',
    rules: ['VAL-18'],
    title: 'another version of the PROXY protocol closes the host, until it is gone',
    needs: ['proxy-protocol', 'reasons'],
    steps: (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'shop', {
          rules: [scope.host()],
          annotations: { 'netscaler-passthrough/proxy-protocol': 'v3' },
        }),
      ),
      told('shop', 'ProxyProtocolClosed'),
      reset(scope.host()),
      apply(ingress(scope, 'shop', { rules: [scope.host()] })),
      served(scope.host(), 'a'),
    ],
  },
  {
    id: 'proxy-protocol-monitor',
    rules: ['VAL-18'],
    title: 'a probe that speaks TLS beside the PROXY protocol, which it sends no header of, is reported',
    needs: ['annotations', 'proxy-protocol', 'reasons'],
    steps: (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'shop', {
          rules: [scope.host()],
          annotations: {
            monitor: '{"web":{"type":"http","secure":"yes"}}',
            'netscaler-passthrough/proxy-protocol': 'v2',
          },
        }),
      ),
      told('shop', 'MonitorWithoutHeader'),
    ],
  },
];
