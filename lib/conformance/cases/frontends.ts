import type { CaseScope, CaseStep, ConformanceCase } from '../case.ts';
import { address, apply, ingress, served, service, told, unserved } from '../manifests.ts';

const frontend = (
  id: string,
  rules: readonly string[],
  title: string,
  needs: ConformanceCase['needs'],
  steps: ConformanceCase['steps'],
): ConformanceCase => ({ id: `front-${id}`, rules, title, needs, steps });

/** Returns a case whose Ingress is refused for an annotation. */
const refusedFor = (
  id: string,
  title: string,
  annotations: Readonly<Record<string, string | undefined>>,
  reason: string,
): ConformanceCase =>
  frontend(id, [reason.startsWith('Port') ? 'VAL-10' : 'VAL-9'], title, ['reasons'], (scope) => [
    apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [scope.host()], annotations })),
    told('shop', reason),
    unserved(scope.host()),
  ]);

/** Returns an Ingress that redirects, and its Service. */
const redirecting = (scope: CaseScope, annotations: Readonly<Record<string, string>> = {}): CaseStep =>
  apply(
    service(scope, 'web', ['a']),
    ingress(scope, 'shop', {
      rules: [scope.host('shop')],
      annotations: { 'insecure-termination': 'redirect', ...annotations },
    }),
  );

const http = (host: string, path: string, location: string | undefined): CaseStep => ({
  kind: 'http',
  host,
  path,
  answer: location === undefined ? undefined : { status: 301, location },
});

/** Addresses, ports and redirects of front ends: VAL-9 to VAL-11. */
export const FRONTEND_CASES: readonly ConformanceCase[] = [
  frontend('secure-port', ['VAL-10'], 'secure-port moves the host to another port', ['secure-port'], (scope) => [
    apply(
      service(scope, 'web', ['a']),
      ingress(scope, 'shop', { rules: [scope.host()], annotations: { 'secure-port': '8443' } }),
    ),
    { kind: 'tls', request: { host: scope.host(), port: 8443 }, answer: { backends: ['a'] } },
    unserved(scope.host()),
  ]),
  frontend('ports-apart', ['VAL-10'], 'one host on two ports leads to two back ends', ['secure-port'], (scope) => [
    apply(
      service(scope, 'web', ['a']),
      service(scope, 'api', ['b']),
      ingress(scope, 'shop', { rules: [scope.host()] }),
      ingress(scope, 'api', { rules: [scope.host()], service: 'api', annotations: { 'secure-port': '8443' } }),
    ),
    served(scope.host(), 'a'),
    { kind: 'tls', request: { host: scope.host(), port: 8443 }, answer: { backends: ['b'] } },
  ]),
  frontend('port-moved', ['VAL-10'], 'a host that moves to another port leaves the first', ['secure-port'], (scope) => [
    apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [scope.host()] })),
    served(scope.host(), 'a'),
    apply(ingress(scope, 'shop', { rules: [scope.host()], annotations: { 'secure-port': '8443' } })),
    { kind: 'tls', request: { host: scope.host(), port: 8443 }, answer: { backends: ['a'] } },
    unserved(scope.host()),
  ]),
  frontend(
    'second-vip',
    ['VAL-9'],
    'one host on two addresses leads to two back ends',
    ['second-vip', 'frontend-ip'],
    (scope) => [
      apply(
        service(scope, 'web', ['a']),
        service(scope, 'api', ['b']),
        ingress(scope, 'shop', { rules: [scope.host()] }),
        ingress(scope, 'api', {
          rules: [scope.host()],
          service: 'api',
          annotations: { 'frontend-ip': scope.secondVip },
        }),
      ),
      served(scope.host(), 'a'),
      { kind: 'tls', request: { host: scope.host(), second: true }, answer: { backends: ['b'] } },
    ],
  ),
  frontend(
    'vip-moved',
    ['VAL-9'],
    'a host that moves to another address leaves the first',
    ['second-vip', 'frontend-ip', 'status'],
    (scope) => [
      apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [scope.host()] })),
      served(scope.host(), 'a'),
      address('shop', scope.vip),
      apply(ingress(scope, 'shop', { rules: [scope.host()], annotations: { 'frontend-ip': scope.secondVip } })),
      { kind: 'tls', request: { host: scope.host(), second: true }, answer: { backends: ['a'] } },
      address('shop', scope.secondVip),
      unserved(scope.host()),
    ],
  ),
  frontend(
    'default-vip',
    ['VAL-9'],
    'without frontend-ip the configured address is used',
    ['default-vip', 'status'],
    (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'shop', { rules: [scope.host()], annotations: { 'frontend-ip': undefined } }),
      ),
      served(scope.host(), 'a'),
      address('shop', scope.vip),
    ],
  ),
  refusedFor('ip-name', 'a frontend-ip that is a name', { 'frontend-ip': 'edge.example.com' }, 'FrontendIPInvalid'),
  refusedFor('ip-network', 'a frontend-ip that is a network', { 'frontend-ip': '192.0.2.0/24' }, 'FrontendIPInvalid'),
  refusedFor('ip-number', 'a frontend-ip out of range', { 'frontend-ip': '192.0.2.256' }, 'FrontendIPInvalid'),
  refusedFor(
    'ip-command',
    'a frontend-ip that carries a command',
    { 'frontend-ip': '192.0.2.10 443; shutdown' },
    'FrontendIPInvalid',
  ),
  refusedFor('port-zero', 'a secure-port of 0', { 'secure-port': '0' }, 'PortInvalid'),
  refusedFor('port-large', 'a secure-port of 65536', { 'secure-port': '65536' }, 'PortInvalid'),
  refusedFor('port-name', 'a secure-port that is a name', { 'secure-port': 'https' }, 'PortInvalid'),
  refusedFor('port-hex', 'a secure-port in hexadecimal', { 'secure-port': '0x1bb' }, 'PortInvalid'),
  refusedFor('port-fraction', 'a secure-port with a fraction', { 'secure-port': '443.5' }, 'PortInvalid'),
  frontend(
    'insecure-port-large',
    ['VAL-10'],
    'an insecure-port of 70000 is reported, and only the redirect lacks',
    ['reasons'],
    (scope) => [
      redirecting(scope, { 'insecure-port': '70000' }),
      served(scope.host('shop'), 'a'),
      told('shop', 'PortInvalid'),
    ],
  ),
  frontend('redirect', ['VAL-11'], 'port 80 redirects to https, path and query kept', ['redirect'], (scope) => [
    redirecting(scope),
    served(scope.host('shop'), 'a'),
    http(scope.host('shop'), '/cart?item=1&n=2', `https://${scope.host('shop')}/cart?item=1&n=2`),
    http(scope.host('shop'), '/', `https://${scope.host('shop')}/`),
  ]),
  frontend('redirect-unknown', ['VAL-11'], 'port 80 does not redirect an unknown host', ['redirect'], (scope) => [
    redirecting(scope),
    http(scope.host('shop'), '/', `https://${scope.host('shop')}/`),
    http(scope.host('unknown'), '/', undefined),
  ]),
  frontend(
    'redirect-port',
    ['VAL-11'],
    'a redirect names a secure port that is not 443',
    ['redirect', 'secure-port'],
    (scope) => [
      redirecting(scope, { 'secure-port': '8443' }),
      http(scope.host('shop'), '/a', `https://${scope.host('shop')}:8443/a`),
    ],
  ),
  frontend(
    'redirect-removed',
    ['VAL-11'],
    'a redirect goes with its annotation, the host stays',
    ['redirect'],
    (scope) => [
      redirecting(scope),
      http(scope.host('shop'), '/', `https://${scope.host('shop')}/`),
      apply(ingress(scope, 'shop', { rules: [scope.host('shop')] })),
      http(scope.host('shop'), '/', undefined),
      served(scope.host('shop'), 'a'),
    ],
  ),
  frontend('no-redirect', ['VAL-11'], 'without the annotation nothing answers on port 80', ['redirect'], (scope) => [
    apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [scope.host('shop')] })),
    served(scope.host('shop'), 'a'),
    http(scope.host('shop'), '/', undefined),
  ]),
  frontend(
    'allow',
    ['VAL-11'],
    'insecure-termination: allow is reported, and opens nothing',
    ['redirect', 'reasons'],
    (scope) => [
      redirecting(scope, { 'insecure-termination': 'allow' }),
      served(scope.host('shop'), 'a'),
      told('shop', 'InsecureAllowUnsupported'),
      http(scope.host('shop'), '/', undefined),
    ],
  ),
];
