import type { CaseScope, CaseStep, ConformanceCase } from '../case.ts';
import { apply, ingress, remove, served, service, slices, told, unserved } from '../manifests.ts';

const limiting = (
  id: string,
  rules: readonly string[],
  title: string,
  needs: ConformanceCase['needs'],
  steps: ConformanceCase['steps'],
): ConformanceCase => ({ id: `limit-${id}`, rules, title, needs, steps });

/** A front end of this port is nobody else's: cases may disagree about its settings. */
const OWN_PORT = 9_444;

/** Somebody else’s front end still leads where it led. */
const foreignAnswers = ({ limits, vip }: CaseScope): CaseStep => ({
  kind: 'tls',
  request: {
    host: 'anything.example',
    port: limits.frontend?.port ?? 0,
    ...(limits.frontend?.address === vip ? {} : { second: true }),
  },
  answer: { backends: ['c'] },
});

const onForeign = ({ limits }: CaseScope): Record<string, string> => ({
  'frontend-ip': limits.frontend?.address ?? '',
  'secure-port': String(limits.frontend?.port),
});

const timeout = (seconds: number): Record<string, string> => ({
  'secure-port': String(OWN_PORT),
  csvserver: JSON.stringify({ cltTimeout: String(seconds) }),
});

/** What the configuration of the appliance or other users of it refuse: VAL-9, VAL-15, VAL-16, CON-4, CON-5, LIF-5, LIF-8. */
export const LIMIT_CASES: readonly ConformanceCase[] = [
  limiting(
    'member',
    ['VAL-15'],
    'a member outside of memberNetworks is left out and reported, the others serve',
    ['limit-members', 'reasons'],
    (scope) => {
      const [slice] = slices(scope, 'web', ['b']);
      const endpoints = [{ addresses: [scope.limits.member ?? ''], conditions: { ready: true } }];
      return [
        apply(
          service(scope, 'web', ['a']),
          { ...slice, endpoints } as NonNullable<typeof slice>,
          ingress(scope, 'shop', { rules: [scope.host()] }),
        ),
        told('shop', 'MemberForbidden'),
        { kind: 'spread', host: scope.host(), backends: ['a'] },
      ];
    },
  ),
  limiting(
    'member-loopback',
    ['VAL-15'],
    'a member on loopback or link-local is never used',
    ['unchecked-objects', 'reasons'],
    (scope) => {
      const [slice] = slices(scope, 'web', ['b']);
      const endpoints = ['127.0.0.1', '169.254.169.254'].map((address) => ({
        addresses: [address],
        conditions: { ready: true },
      }));
      return [
        apply(
          service(scope, 'web', ['a']),
          { ...slice, endpoints } as NonNullable<typeof slice>,
          ingress(scope, 'shop', { rules: [scope.host()] }),
        ),
        told('shop', 'MemberForbidden'),
        { kind: 'spread', host: scope.host(), backends: ['a'] },
      ];
    },
  ),
  limiting(
    'host',
    ['VAL-16'],
    'a host of other namespaces is refused, the own host of the Ingress is served',
    ['limit-hosts', 'reasons'],
    (scope) => [
      apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [scope.limits.host, scope.host()] })),
      served(scope.host(), 'a'),
      told('shop', 'HostForbidden'),
      unserved(scope.limits.host ?? ''),
    ],
  ),
  limiting(
    'vip',
    ['VAL-9'],
    'an address outside of frontendIPs is refused',
    ['limit-vips', 'reasons', 'status'],
    (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'shop', { rules: [scope.host()], annotations: { 'frontend-ip': scope.limits.vip } }),
      ),
      told('shop', 'FrontendIPForbidden'),
      { kind: 'address', ingress: 'shop', addresses: [] },
      unserved(scope.host()),
    ],
  ),
  limiting(
    'foreign',
    ['CON-4', 'LIF-5'],
    'somebody else’s front end is reported, and leads where it led',
    ['foreign-frontend', 'reasons'],
    (scope) => {
      const shop = ingress(scope, 'shop', { rules: [scope.host()], annotations: onForeign(scope) });
      return [
        foreignAnswers(scope),
        apply(service(scope, 'web', ['a']), shop),
        told('shop', 'FrontendInUse'),
        foreignAnswers(scope),
        remove(shop),
        apply(ingress(scope, 'after', { rules: [scope.host('after')] })),
        served(scope.host('after'), 'a'),
        foreignAnswers(scope),
      ];
    },
  ),
  limiting(
    'foreign-blocks-nobody',
    ['LIF-8', 'CON-4'],
    'an Ingress that cannot have its front end holds up nobody else',
    ['foreign-frontend', 'reasons'],
    (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'blocked', { rules: [scope.host('blocked')], annotations: onForeign(scope) }),
        ingress(scope, 'shop', { rules: [scope.host('shop')] }),
      ),
      served(scope.host('shop'), 'a'),
      told('blocked', 'FrontendInUse'),
    ],
  ),
  limiting(
    'foreign-redirect',
    ['VAL-11', 'CON-4'],
    'a redirect on somebody else’s port is reported, TLS is served',
    ['foreign-frontend', 'second-vip', 'redirect', 'reasons'],
    (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'shop', {
          rules: [scope.host()],
          annotations: {
            'frontend-ip': scope.limits.frontend?.address,
            'insecure-termination': 'redirect',
            'insecure-port': String(scope.limits.frontend?.port),
          },
        }),
      ),
      {
        kind: 'tls',
        request: { host: scope.host(), ...(scope.limits.frontend?.address === scope.vip ? {} : { second: true }) },
        answer: { backends: ['a'] },
      },
      told('shop', 'RedirectUnavailable'),
      foreignAnswers(scope),
    ],
  ),
  limiting(
    'setting',
    ['CON-5'],
    'of two Ingresses that disagree about their front end, both are served and the younger is told',
    ['secure-port', 'annotations', 'reasons'],
    (scope) => [
      apply(
        service(scope, 'web', ['a']),
        service(scope, 'api', ['b']),
        ingress(scope, 'old', { rules: [scope.host('old')], annotations: timeout(333) }),
      ),
      { kind: 'tls', request: { host: scope.host('old'), port: OWN_PORT }, answer: { backends: ['a'] } },
      apply(ingress(scope, 'young', { rules: [scope.host('young')], service: 'api', annotations: timeout(9_000) })),
      { kind: 'tls', request: { host: scope.host('young'), port: OWN_PORT }, answer: { backends: ['b'] } },
      told('young', 'FrontendSettingConflict'),
      { kind: 'tls', request: { host: scope.host('old'), port: OWN_PORT }, answer: { backends: ['a'] } },
    ],
  ),
];
