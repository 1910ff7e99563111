import { at, type Case, ingress, path, route, rule } from './case.ts';

const HOST = 'shop.example.com';
const KEY = 'netscaler-passthrough/acme-challenge';
const ACME = { [KEY]: 'allow', 'insecure-termination': 'redirect' };
const HTTP = '192.0.2.10:80';
const REDIRECT = route(HOST, 'https', HTTP);
const OWN = `metadata.annotations["${KEY}"]`;
const PATHS = 'spec.rules[0].http.paths';
const SOLVER = 'api:8443 10.1.1.1:9444';

const challenge = (token: string, service = 'api', port: unknown = 8443) =>
  path(`/.well-known/acme-challenge/${token}`, service, port);
const on = (host: string, ...paths: object[]) => rule(host, path('/', 'web'), ...paths);
const one = (...paths: object[]) => ingress({ annotations: ACME, rules: [on(HOST, ...paths)] });
const passing = (host = HOST) => [route(host), route(host, 'https', HTTP)];
/** As `renderRoutes` shows a challenge. */
const solved = (token: string, host = HOST, target = SOLVER) => `${host} ${HTTP} ${token} > ${target}`;

/** ACME challenges that pass the redirect: VAL-19. Routes are in canonical order: port 443 before 80. */
export const CHALLENGES: readonly Case[] = [
  ...['allow', ' Allow '].map(
    (value): Case => ({
      rule: 'VAL-19',
      name: `a challenge is let through: ${JSON.stringify(value)}`,
      ingress: ingress({ annotations: { ...ACME, [KEY]: value }, rules: [on(HOST, challenge('T0k-_'))] }),
      routes: [...passing(), solved('T0k-_')],
    }),
  ),
  ...['true', 'yes', ''].map(
    (value): Case => ({
      rule: 'VAL-19',
      name: `another value lets nothing through: ${JSON.stringify(value)}`,
      ingress: ingress({ annotations: { ...ACME, [KEY]: value }, rules: [on(HOST, challenge('T'))] }),
      routes: passing(),
      findings: [`ChallengeUnanswered ${PATHS}[1]`, `InvalidAnnotation ${OWN}`],
    }),
  ),
  {
    rule: 'VAL-19',
    name: 'several tokens, each exactly',
    ingress: one(challenge('B'), challenge('A')),
    routes: [...passing(), solved('A'), solved('B')],
  },
  {
    rule: 'VAL-19',
    name: 'of several hosts only those with a path',
    ingress: ingress({ annotations: ACME, rules: [on(HOST, challenge('T')), on('two.example.com')] }),
    routes: [
      route(HOST),
      route('two.example.com'),
      REDIRECT,
      solved('T'),
      route('two.example.com', 'https', HTTP),
    ].sort((a, b) => Number(a.includes(':80 ')) - Number(b.includes(':80 '))),
  },
  ...['', 'a/b', 'a%62', '*', 'a"b', 'a b', 'a'.repeat(129)].map(
    (token): Case => ({
      rule: 'VAL-19',
      name: `a path that names no token is not let through: ${JSON.stringify(token.slice(0, 8))}`,
      ingress: one(challenge(token)),
      routes: passing(),
      findings: [`ChallengeUnanswered ${PATHS}[1]`],
    }),
  ),
  ...(
    [
      ['a Service that does not exist', challenge('T', 'gone')],
      ['a port that the Service does not have', challenge('T', 'api', 1)],
      ['the back end for TLS', challenge('T', 'web', 443)],
      ['no Service', { path: '/.well-known/acme-challenge/T', backend: {} }],
    ] as const
  ).map(
    ([what, entry]): Case => ({
      rule: 'VAL-19',
      name: `a challenge is not let through to ${what}`,
      ingress: one(entry),
      routes: passing(),
      findings: [`ChallengeUnanswered ${PATHS}[1]`],
    }),
  ),
  {
    rule: 'VAL-19',
    name: 'one token twice, with one solver',
    ingress: one(challenge('T'), challenge('T')),
    routes: [...passing(), solved('T')],
  },
  {
    rule: 'VAL-19',
    name: 'one token twice, with two solvers: neither, and another token is let through',
    ingress: one(challenge('T'), challenge('T', 'gone'), challenge('U')),
    routes: [...passing(), solved('U')],
    findings: [`ChallengeUnanswered ${PATHS}[1]`],
  },
  {
    rule: 'VAL-15, VAL-19',
    name: 'a solver whose addresses are not allowed',
    ingress: one(challenge('T')),
    rules: { memberNetworks: ['10.1.0.0/24'] },
    routes: passing(),
    findings: [`ChallengeUnanswered ${PATHS}[1]`],
  },
  {
    rule: 'VAL-16, VAL-19',
    name: 'a host that the namespace may not use',
    ingress: one(challenge('T')),
    rules: { hostOwnership: [{ suffix: 'example.com', namespaces: ['others'] }] },
    findings: ['HostForbidden spec.rules[0].host'],
  },
  {
    rule: 'VAL-19',
    name: 'a wildcard: no authority validates it by HTTP-01',
    ingress: ingress({ annotations: ACME, rules: [on('*.example.com', challenge('T'))] }),
    routes: passing('*.example.com'),
    findings: [`ChallengeUnanswered ${PATHS}[1]`],
  },
  {
    rule: 'VAL-11, VAL-19',
    name: 'without a redirect',
    ingress: ingress({ annotations: { [KEY]: 'allow' }, rules: [on(HOST, challenge('T'))] }),
    routes: [route(HOST)],
    findings: [`ChallengeNotRedirected ${OWN}`, `ChallengeUnanswered ${PATHS}[1]`],
  },
  {
    rule: 'VAL-10, VAL-19',
    name: 'with a redirect on another port: an authority asks on port 80',
    ingress: ingress({ annotations: { ...ACME, 'insecure-port': '8080' }, rules: [on(HOST, challenge('T'))] }),
    routes: [route(HOST), route(HOST, 'https', '192.0.2.10:8080')],
    findings: [`ChallengeNotRedirected ${OWN}`, `ChallengeUnanswered ${PATHS}[1]`],
  },
  {
    rule: 'VAL-13, VAL-17, VAL-18, VAL-19',
    name: 'settings for TLS do not reach the solver',
    ingress: ingress({
      annotations: {
        ...ACME,
        'netscaler-passthrough/allow-sources': '192.0.2.0/24',
        'netscaler-passthrough/proxy-protocol': 'v2',
        servicegroup: '{"api":{"usip":"YES"}}',
      },
      rules: [on(HOST, challenge('T'))],
    }),
    routes: [
      route(HOST, 'web:443 10.1.0.1:8443,10.1.0.2:8443 {"access":{"allow":["192.0.2.0/24"]},"proxyProtocol":"v2"}'),
      REDIRECT,
      solved('T'),
    ],
  },
  {
    rule: 'VAL-19',
    name: 'the vendor’s prefix has no such annotation',
    ingress: ingress({ annotations: { 'insecure-termination': 'redirect', 'acme-challenge': 'allow' } }),
    routes: passing(),
    findings: [`AnnotationUnknown ${at('acme-challenge')}`],
  },
];
