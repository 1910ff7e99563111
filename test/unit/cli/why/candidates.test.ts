import { describe, expect, it } from 'vitest';
import { candidatesFor } from '../../../../lib/cli/why/candidates.ts';
import { walk } from '../../../../lib/cli/why/chain.ts';
import type { ApplianceSight } from '../../../../lib/cli/why/input.ts';
import { kubectlWords } from '../../../../lib/cli/why/object-name.ts';
import type { K8sObject } from '../../../../lib/ingress/index.ts';
import { mergeSources, readSource } from '../../../../lib/library/lint-source.ts';
import { ingress, path, rule } from '../../../corpus/case.ts';
import { CLUSTER } from '../../../corpus/cluster.ts';

const HOST = 'shop.example.com';
const RULES = { ipsets: [], hostOwnership: [], defaultVip: '192.0.2.10' };

const nginxByDefault = {
  kind: 'IngressClass',
  metadata: {
    name: 'nginx',
    namespace: '',
    annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
  },
  spec: { controller: 'k8s.io/ingress-nginx' },
} as K8sObject;

function reasonIn(partial: boolean, objects: readonly unknown[]): string | undefined {
  const sources = objects.map((object) => ({ object: object as K8sObject, file: 'f', lineOf: () => 1 }));
  const { candidates } = candidatesFor({ objects: sources, gatewayObjects: [], partial }, HOST, 'prod', RULES);
  return candidates[0]?.findings[0]?.message;
}

describe('Ingresses that name a host', () => {
  it.each([
    ['manifests', true],
    // A cluster is silent about Ingresses of others, and this question is about one.
    ['a live cluster', false],
  ])('%s: a class of another controller is the reason, and not the annotation', (_what, partial) => {
    const named = ingress({ hosts: [HOST], className: 'nginx' });
    expect(reasonIn(partial, [...CLUSTER, nginxByDefault, named])).toMatch(/class "nginx" is not handled/);
    const without = ingress({ hosts: [HOST], className: null });
    expect(reasonIn(partial, [nginxByDefault, without])).toMatch(/class "nginx" is not handled/);
  });

  it.each([
    ['everybody', {}, ''],
    [
      'some',
      { 'allow-sources': '10.0.0.0/8, 192.0.2.7' },
      '; default/shop admits only clients from 10.0.0.0/8, 192.0.2.7',
    ],
    [
      'all but some',
      { 'deny-sources': '10.0.0.0/24, 10.0.1.0/24, 10.0.2.0/24, 10.0.3.0/24' },
      '; default/shop admits no clients from 10.0.0.0/24, 10.0.1.0/24, 10.0.2.0/24 and 1 more',
    ],
    [
      'some without others',
      { 'allow-sources': '10.0.0.0/8', 'deny-sources': '10.9.0.0/16' },
      '; default/shop admits only clients from 10.0.0.0/8, and no clients from 10.9.0.0/16',
    ],
  ])('VAL-17: the explanation says who may connect: %s', (_what, lists, text) => {
    const annotations = Object.fromEntries(
      Object.entries(lists).map(([name, value]) => [`netscaler-passthrough/${name}`, value]),
    );
    const objects = [...CLUSTER, ingress({ hosts: [HOST], annotations })];
    const sources = objects.map((object) => ({ object: object as K8sObject, file: 'f', lineOf: () => 1 }));
    const { candidates } = candidatesFor({ objects: sources, gatewayObjects: [], partial: false }, HOST, 'prod', RULES);
    const appliance = { kind: 'unseen', why: 'no appliance' } as const;
    const input = { host: HOST, cluster: 'prod', candidates, appliance, queue: 'no AWS', probes: 'no probe', now: 0 };
    expect(walk(input).find(({ step }) => step === 'valid')?.text).toBe(
      `the rules of default/shop make a route of the host${text}`,
    );
  });

  it('two Ingresses with one host: the younger one has the conflict, and why ends there without an appliance', () => {
    const named = (name: string, creationTimestamp: string) =>
      ingress({ hosts: [HOST], metadata: { name, creationTimestamp } });
    const objects = [...CLUSTER, named('old', '2024-01-01T00:00:00Z'), named('young', '2026-01-01T00:00:00Z')];
    const sources = objects.map((object) => ({ object: object as K8sObject, file: 'f', lineOf: () => 1 }));
    const { candidates } = candidatesFor({ objects: sources, gatewayObjects: [], partial: false }, HOST, 'prod', RULES);
    expect(candidates.map(({ name, conflict }) => [name.split('/')[1], conflict !== undefined])).toEqual([
      ['old', false],
      ['young', true],
    ]);
    const appliance = { kind: 'unseen', why: 'no appliance' } as const;
    const input = { host: HOST, cluster: 'prod', candidates, appliance, queue: 'no AWS', probes: 'no probe', now: 0 };
    expect(walk(input).at(-1)).toMatchObject({
      step: 'holder',
      result: 'failed',
      text: expect.stringContaining('/young: '),
    });
  });

  it('selected Ingresses are returned as a forwarder would publish them', () => {
    const sources = [...CLUSTER, ingress({ hosts: [HOST] })].map((object) => ({
      object: object as K8sObject,
      file: 'f',
      lineOf: () => 1,
    }));
    const { candidates, states } = candidatesFor(
      { objects: sources, gatewayObjects: [], partial: false },
      `${HOST}.`,
      'prod',
      RULES,
    );
    expect(candidates).toMatchObject([{ selected: true, routed: true }]);
    expect(states).toHaveLength(1);
  });
});

describe('TLSRoutes that name a host', () => {
  const GATEWAY = (className: string) => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  gatewayClassName: ${className}
  listeners: [{ name: tls, port: 443, protocol: TLS, tls: { mode: Passthrough } }]
`;
  const ROUTE = (name: string, created: string, host = HOST) => `
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: { name: ${name}, namespace: shop, creationTimestamp: '${created}' }
spec:
  parentRefs: [{ name: edge }]
  hostnames: ['${host}']
  rules: [{ backendRefs: [{ name: web, port: 443 }] }]
`;
  const SERVICE = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { ports: [{ port: 443 }] }
`;
  const OURS = GATEWAY('netscaler-passthrough');
  const sought = (host: string, ...manifests: string[]) => {
    const sources = mergeSources(manifests.map((text, index) => readSource(text, `${index}.yaml`)));
    return candidatesFor({ ...sources, partial: true }, host, 'prod', RULES);
  };
  const judged = (...manifests: string[]) => {
    const { candidates, nearest } = sought(HOST, ...manifests);
    const input = {
      host: HOST,
      cluster: 'prod',
      candidates,
      ...(nearest === undefined ? {} : { nearest }),
      appliance: { kind: 'unseen', why: 'no appliance' } as const,
      queue: 'no AWS',
      probes: 'no probe',
      now: 0,
    };
    return walk(input);
  };

  it('a route of ours attaches and makes a route of the host', () => {
    const steps = judged(OURS, SERVICE, ROUTE('web', '2026-01-01T00:00:00Z'));
    expect(steps.slice(0, 3)).toEqual([
      { step: 'ingress', result: 'ok', text: `shop/tlsroute/web names ${HOST}` },
      { step: 'selected', result: 'ok', text: 'shop/tlsroute/web attaches to a Gateway of ours' },
      { step: 'valid', result: 'ok', text: 'the rules of shop/tlsroute/web make a route of the host' },
    ]);
  });

  it.each([
    ['a Gateway that is missing', [], 'Gateway "shop/edge" is not among the files'],
    ['a Gateway of another class', [GATEWAY('other')], 'no parent of shop/tlsroute/web is a Gateway of ours'],
  ])('%s: the route is not one of ours', (_what, gateways, text) => {
    const steps = judged(...gateways, SERVICE, ROUTE('web', '2026-01-01T00:00:00Z'));
    expect(steps.at(-1)).toMatchObject({ step: 'selected', result: 'failed', text: expect.stringContaining(text) });
  });

  it('a hostname that no listener has, beside one that a listener has: the finding of lint explains it', () => {
    const narrow = OURS.replace('protocol: TLS', "protocol: TLS, hostname: '*.example.org'");
    const both = ROUTE('web', '2026-01-01T00:00:00Z').replace('hostnames: [', 'hostnames: [a.example.org, ');
    expect(judged(narrow, SERVICE, both).at(-1)).toMatchObject({
      step: 'valid',
      result: 'failed',
      text: expect.stringMatching(
        /^shop\/tlsroute\/web: "shop\.example\.com" matches no listener that takes the route/,
      ),
    });
  });

  it('an older Ingress holds the host: the route waits, and the remedy names the Ingress', () => {
    const { candidates } = sought(HOST, OURS, SERVICE, ROUTE('young', '2026-01-01T00:00:00Z'));
    expect(candidates[0]?.conflict).toBeUndefined();
    const older = ingress({ hosts: [HOST], metadata: { name: 'old', creationTimestamp: '2024-01-01T00:00:00Z' } });
    const steps = judged(OURS, SERVICE, ROUTE('young', '2026-01-01T00:00:00Z'), JSON.stringify(older));
    expect(steps.at(-1)).toMatchObject({
      step: 'holder',
      text: expect.stringMatching(/^shop\/tlsroute\/young: \w+\/old holds "shop.example.com": prod\/\w+\/old is older/),
      remedy: expect.stringMatching(/kubectl edit ingress -n \w+ old\.$/),
    });
  });

  it('two TLSRoutes with one wildcard: the conflict names it as the manifests do', () => {
    const routes = [ROUTE('old', '2024-01-01T00:00:00Z', '*.com'), ROUTE('young', '2026-01-01T00:00:00Z', '*.com')];
    const { candidates } = sought('*.com', OURS, SERVICE, ...routes);
    expect(candidates.map(({ conflict }) => conflict?.message)).toEqual([
      undefined,
      expect.stringMatching(/^shop\/tlsroute\/old holds "\*\.com": /),
    ]);
  });

  it('a back end that cannot be used explains why the host is reset', () => {
    const { candidates } = sought(HOST, OURS, ROUTE('web', '2026-01-01T00:00:00Z'));
    const owner = { cluster: 'prod', namespace: 'shop', name: 'tlsroute/web' };
    const frontend = { vip: '192.0.2.10', port: 443, kind: 'tls' } as const;
    const holder = { owner, created: 0, backend: 'web:443', pending: false };
    const route = { host: HOST, frontend, holder, standby: [], members: [], state: 'reset' };
    const seen = { routes: [route], covering: [], challenges: [], unfinished: [] };
    const appliance = { kind: 'read', name: 'edge', ...seen } as unknown as ApplianceSight;
    const input = { host: HOST, cluster: 'prod', candidates, appliance, queue: 'no AWS', probes: 'no probe', now: 0 };
    expect(walk(input).at(-1)).toMatchObject({
      step: 'members',
      result: 'failed',
      text: expect.stringMatching(/^shop\/tlsroute\/web: .*"shop\/web".*, so connections are reset$/),
    });
  });

  it('a wildcard covers several labels, and is found by its own name', () => {
    const wildcard = '*.example.com';
    const { candidates } = sought(wildcard, OURS, SERVICE, ROUTE('all', '2026-01-01T00:00:00Z', wildcard));
    expect(candidates).toMatchObject([{ name: 'shop/tlsroute/all', routed: true }]);
  });

  it('a name that is nearly right is proposed', () => {
    const { nearest } = sought(HOST, OURS, SERVICE, ROUTE('web', '2026-01-01T00:00:00Z', 'shpo.example.com'));
    expect(nearest).toBe('shpo.example.com');
  });

  it('kubectl gets kind, namespace and name', () => {
    expect(['shop/web', 'shop/tlsroute/web'].map(kubectlWords)).toEqual([
      'ingress -n shop web',
      'tlsroute -n shop web',
    ]);
  });

  const WILD = (name: string, host: string) =>
    JSON.stringify(ingress({ hosts: [host], metadata: { name, namespace: 'shop' } }));

  it.each([
    ['the wildcard of an Ingress', [WILD('wild', '*.example.com')], ['shop/wild'], '*.example.com'],
    [
      'the wildcard of a TLSRoute, over several labels',
      [OURS, SERVICE, ROUTE('all', '2026-01-01T00:00:00Z', '*.com')],
      ['shop/tlsroute/all'],
      '*.com',
    ],
    ['the wildcard of an Ingress covers one label', [WILD('wild', '*.com')], [], undefined],
    [
      'the most specific one',
      [OURS, SERVICE, ROUTE('all', '2026-01-01T00:00:00Z', '*.com'), WILD('wild', '*.example.com')],
      ['shop/wild'],
      '*.example.com',
    ],
  ])('nobody names the host itself: %s', (_what, manifests, names, wildcard) => {
    const found = sought(HOST, JSON.stringify(CLUSTER[0]), ...manifests);
    expect(found.candidates.map(({ name }) => name)).toEqual(names);
    expect(found.wildcard).toBe(wildcard);
    expect(found.covering).toBeUndefined();
  });

  it('an object that names the host, and others whose wildcards cover it', () => {
    const route = ROUTE('all', '2026-01-01T00:00:00Z', '*.com');
    const found = sought(
      HOST,
      ...CLUSTER.map((object) => JSON.stringify(object)),
      OURS,
      SERVICE,
      route,
      WILD('wild', '*.example.com'),
      WILD('own', HOST),
    );
    expect(found.candidates.map(({ name }) => name)).toEqual(['shop/own']);
    expect(found.wildcard).toBeUndefined();
    expect(found.covering).toEqual([
      { name: 'shop/wild', wildcard: '*.example.com' },
      { name: 'shop/tlsroute/all', wildcard: '*.com' },
    ]);
  });
});

describe('ACME challenges of an Ingress', () => {
  const PATH = '/.well-known/acme-challenge/tok-1';
  const LETS = {
    'ingress.citrix.com/insecure-termination': 'redirect',
    'netscaler-passthrough/acme-challenge': 'allow',
  };
  const challengesOf = (annotations: Record<string, string>, ...paths: ReturnType<typeof path>[]) => {
    const named = ingress({ annotations, rules: [rule(HOST, ...paths, path('/', 'web'))] });
    const objects = [...CLUSTER, named].map((object) => ({ object: object as K8sObject, file: 'f', lineOf: () => 1 }));
    return candidatesFor({ objects, gatewayObjects: [], partial: false }, HOST, 'prod', RULES).candidates[0]
      ?.challenges;
  };
  const asked = path(PATH, 'api', 8443);

  it.each([
    ['no annotation, no challenge', {}, [], undefined],
    ['let through, and none is open', LETS, [], { open: [], findings: [] }],
    ['let through', LETS, [asked], { open: [{ token: 'tok-1', backend: 'api:8443' }], findings: [] }],
    [
      'not let through',
      {},
      [asked],
      { open: [], findings: [{ message: expect.stringMatching(/^shop\.example\.com: the ACME challenge is not/) }] },
    ],
    [
      'nothing is redirected',
      { 'netscaler-passthrough/acme-challenge': 'allow' },
      [],
      { open: [], findings: [{ message: expect.stringMatching(/has no effect: the Ingress redirects nothing/) }] },
    ],
  ])('%s', (_what, annotations, paths, expected) => {
    const found = challengesOf(annotations, ...paths);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });
});
