import { describe, expect, it } from 'vitest';
import { readManifests } from '../../../lib/forwarder/source/manifests.ts';
import { type ConversionSettings, convertIngresses } from '../../../lib/gateway/convert/convert.ts';
import { RouteNames } from '../../../lib/gateway/convert/route-name.ts';
import type { K8sIngress, K8sService } from '../../../lib/ingress/index.ts';
import { selectStates } from '../../../lib/ingress/index.ts';
import { lint } from '../../../lib/library/index.ts';
import { at, ingress, path, rule, type Shape } from '../../corpus/case.ts';
import { CLUSTER } from '../../corpus/cluster.ts';
import { CORPUS } from '../../corpus/index.ts';

const VERSIONS: Readonly<Record<string, object>> = {
  Service: { apiVersion: 'v1' },
  Node: { apiVersion: 'v1' },
  EndpointSlice: { apiVersion: 'discovery.k8s.io/v1' },
  IngressClass: { apiVersion: 'networking.k8s.io/v1' },
};

const SETTINGS = { gatewayClass: 'netscaler-passthrough' };
const services = CLUSTER.filter((object): object is K8sService => object.kind === 'Service');

function convert(shapes: readonly (Shape | object)[], settings: ConversionSettings = SETTINGS) {
  const ingresses = shapes.map((shape) => ('kind' in shape ? shape : ingress(shape)) as K8sIngress);
  const { states } = selectStates([...CLUSTER, ...ingresses], { classNames: [], partial: true });
  return convertIngresses(states, services, settings);
}

/** `Gateway default/name address: port ports`, `TLSRoute default/name > gateway/section: hosts > service:port`. */
function lines({ objects }: ReturnType<typeof convert>): string[] {
  return objects.map(({ manifest: { kind, metadata, spec } }) => {
    const own = `${kind} ${metadata.namespace}/${metadata.name}`;
    if (kind === 'Gateway') {
      const { addresses = [], listeners } = spec as unknown as {
        addresses?: { value: string }[];
        listeners: { port: number }[];
      };
      return `${own} ${addresses.map(({ value }) => value)}: ${listeners.map(({ port }) => port)}`;
    }
    const { parentRefs, hostnames, rules } = spec as unknown as {
      parentRefs: { namespace?: string; name: string; sectionName: string }[];
      hostnames: string[];
      rules: { backendRefs: { name: string; port: number }[] }[];
    };
    const parents = parentRefs.map((ref) => `${ref.namespace ?? '.'}/${ref.name}/${ref.sectionName}`);
    const backends = rules.flatMap(({ backendRefs }) => backendRefs.map(({ name, port }) => `${name}:${port}`));
    return `${own} > ${parents}: ${hostnames} > ${backends}`;
  });
}

const comments = ({ objects }: ReturnType<typeof convert>): string[] =>
  objects.flatMap((object) => [...object.comments]);

const GATEWAY = 'Gateway default/passthrough-192-0-2-10 192.0.2.10: 443';
const PARENT = './passthrough-192-0-2-10/tls-443';

describe('nspass convert: the objects', () => {
  it('annotations that TLSRoutes have, too → go along, so that nobody may connect who could not before', () => {
    const own = {
      'netscaler-passthrough/allow-sources': '10.0.0.0/8',
      'netscaler-passthrough/proxy-protocol': 'v2',
    };
    const others = {
      'netscaler-passthrough/acme-challenge': 'allow',
      'netscaler-passthrough/lint-ignore': 'NoEndpoints',
    };
    const { objects } = convert([{ hosts: ['a.example.com'], annotations: { ...own, ...others } }]);
    expect(objects.map(({ manifest: { kind, metadata } }) => [kind, metadata.annotations])).toEqual([
      ['Gateway', undefined],
      ['TLSRoute', own],
    ]);
  });

  it('an Ingress with one back end → a Gateway and a TLSRoute of its name', () => {
    const found = convert([{ hosts: ['b.example.com', 'a.example.com'] }]);
    expect(lines(found)).toEqual([GATEWAY, `TLSRoute default/shop > ${PARENT}: a.example.com,b.example.com > web:443`]);
    expect(found).toMatchObject({ lost: [], ingresses: 1 });
    expect(comments(found)).toEqual([]);
  });

  it('several back ends → a TLSRoute each', () => {
    const rules = [rule('a.example.com', path('/', 'web')), rule('b.example.com', path('/', 'api', 1))];
    expect(lines(convert([{ rules }]))).toEqual([
      GATEWAY,
      `TLSRoute default/shop-web > ${PARENT}: a.example.com > web:443`,
      `TLSRoute default/shop-api > ${PARENT}: b.example.com > api:1`,
    ]);
  });

  it('several Ingresses of one address and namespace → one Gateway with a listener for each port', () => {
    const other = { metadata: { name: 'other' }, hosts: ['b.example.com'], annotations: { 'secure-port': '8443' } };
    expect(lines(convert([{}, other]))).toEqual([
      `${GATEWAY},8443`,
      'TLSRoute default/other > ./passthrough-192-0-2-10/tls-8443: b.example.com > web:443',
      `TLSRoute default/shop > ${PARENT}: shop.example.com > web:443`,
    ]);
  });

  it('no address → a Gateway without one, for the default VIP', () => {
    expect(lines(convert([{ annotations: { 'frontend-ip': undefined } }]))).toEqual([
      'Gateway default/passthrough : 443',
      'TLSRoute default/shop > ./passthrough/tls-443: shop.example.com > web:443',
    ]);
  });

  it('namespaces → a Gateway each, or one that admits only them', () => {
    const other = { metadata: { namespace: 'team', name: 'team' }, hosts: ['b.example.com'] };
    expect(lines(convert([{}, other])).filter((line) => line.startsWith('Gateway'))).toHaveLength(2);
    const shared = convert([{}, other], { ...SETTINGS, gatewayNamespace: 'infra' });
    expect(lines(shared)).toEqual([
      'Gateway infra/passthrough-192-0-2-10 192.0.2.10: 443',
      'TLSRoute default/shop > infra/passthrough-192-0-2-10/tls-443: shop.example.com > web:443',
      'TLSRoute team/team > infra/passthrough-192-0-2-10/tls-443: b.example.com > web:443',
    ]);
    expect(JSON.stringify(shared.objects[0])).toContain('"operator":"In","values":["default","team"]');
  });

  it('addresses that differ only in what names cannot have → Gateways of different names', () => {
    const of = (address: string, name: string): Shape => ({
      annotations: { 'frontend-ip': address },
      metadata: { name },
    });
    const found = lines(convert([of('2001:db8::1', 'a'), of('2001:db8:1::', 'b'), of('1::', 'c')]));
    expect(found.filter((line) => line.startsWith('Gateway')).map((line) => line.split(' ')[1])).toEqual([
      'default/passthrough-1--0',
      'default/passthrough-2001-db8--1',
      'default/passthrough-2001-db8-1--0',
    ]);
  });

  it('more ports than a Gateway has listeners → another Gateway', () => {
    const many = Array.from({ length: 65 }, (_, i) => ({
      metadata: { name: `i${i}` },
      annotations: { 'secure-port': String(1000 + i) },
    }));
    const names = lines(convert(many)).filter((line) => line.startsWith('Gateway'));
    expect(names.map((line) => line.split(':')[1]?.split(',').length)).toEqual([64, 1]);
  });

  it('more hosts than a TLSRoute has → another TLSRoute', () => {
    const hosts = Array.from({ length: 1025 }, (_, i) => `h${i}.example.com`);
    const routes = convert([{ hosts }]).objects.filter(({ manifest }) => manifest.kind === 'TLSRoute');
    expect(routes.map(({ manifest }) => (manifest.spec.hostnames as string[]).length)).toEqual([1024, 1]);
    expect(new Set(routes.map(({ manifest }) => manifest.metadata.name)).size).toBe(2);
  });

  it('the oldest Ingress comes first, and its hosts are named in the others', () => {
    const of = (name: string, year: number): Shape => ({
      metadata: { name, creationTimestamp: `${year}-01-01T00:00:00Z` },
    });
    const found = convert([of('a', 2026), of('b', 2020)]);
    expect(
      lines(found)
        .slice(1)
        .map((line) => line.split(' ')[1]),
    ).toEqual(['default/b', 'default/a']);
    expect(comments(found)).toEqual([
      'default/a: shop.example.com belongs to the older Ingress default/b: create the TLSRoutes in this order, the oldest holds the host',
    ]);
  });
});

describe('nspass convert: what has no counterpart', () => {
  it.each([
    [
      { 'insecure-termination': 'redirect' },
      'plain HTTP on port 80 is no longer redirected to https: TLSRoutes have no redirect',
    ],
    [
      { lbvserver: '{"web":{"lbmethod":"ROUNDROBIN"}}' },
      'these settings of annotations have no counterpart and are left out: lbvserver.lbmethod',
    ],
    [{ 'frontend-ipset-name': 'pool' }, 'these settings of annotations have no counterpart and are left out: ipset'],
  ])('%j', (annotations, note) => {
    const found = convert([{ annotations }]);
    expect(comments(found)).toEqual([`default/shop: ${note}`]);
    expect(found.lost).toEqual([]);
  });

  it('a wildcard, whose meaning widens', () => {
    expect(comments(convert([{ hosts: ['*.example.com'] }]))).toEqual([
      'default/shop: *.example.com now matches names with more labels, too (a.b.example.com): the meaning widens',
    ]);
  });

  it('hosts that the appliance would not get from the Ingress, either', () => {
    const found = convert([{ hosts: ['a_b.example.com', 'shop.example.com'] }]);
    expect(lines(found)).toHaveLength(2);
    expect(found.lost).toEqual([expect.stringContaining('default/shop: the host "a_b.example.com" has an underscore')]);
  });

  it('a port by name: its number, if the Service is there', () => {
    const named = (service: string) => convert([{ rules: [rule('a.example.com', path('/', service, 'https'))] }]);
    expect(lines(named('web'))[1]).toContain('> web:443');
    expect(named('missing').lost).toContain(
      'default/shop: a.example.com: Service missing has no known port "https", and a TLSRoute names ports by number. Add the Service to the input',
    );
    expect(named('missing').objects).toEqual([]);
  });

  it('an address that no front end can have → nothing but the reason', () => {
    const found = convert([{ annotations: { 'frontend-ip': '127.0.0.1' } }]);
    expect(found).toMatchObject({ objects: [], ingresses: 0 });
    expect(found.lost.join()).toContain('loopback');
    expect(at('frontend-ip')).toContain('frontend-ip');
  });
});

describe('names of routes', () => {
  it('the first that is free, then a number', () => {
    const names = new RouteNames();
    const take = (namespace: string) => names.take(namespace, ['a-b', 'a-b-443']);
    expect([take('x'), take('x'), take('x'), take('x'), take('y')]).toEqual([
      'a-b',
      'a-b-443',
      'a-b-443-2',
      'a-b-443-3',
      'a-b',
    ]);
  });

  it('at most 253 characters, with a letter or digit at the end', () => {
    const names = new RouteNames();
    const long = `${'a'.repeat(252)}-b`;
    expect(names.take('x', [long])).toBe('a'.repeat(252));
    expect(names.take('x', [long])).toBe(`${'a'.repeat(241)}-2`);
  });
});

describe('what is converted has no error of lint, if the Ingress had none', () => {
  const cases = Object.values(CORPUS).flat();

  it.each(cases.map((entry) => [entry.name, entry] as const))('%s', (_, entry) => {
    const objects = [...(entry.cluster ?? CLUSTER), entry.ingress] as readonly { kind?: string }[];
    const versioned = objects.map((object) => ({ ...VERSIONS[object.kind ?? ''], ...object }));
    const errors = (manifests: readonly object[]): string[] =>
      lint(Object.fromEntries(manifests.map((each, i) => [`${i}.json`, JSON.stringify(each)])), {
        defaultVip: '192.0.2.10',
      })
        .filter(({ severity }) => severity === 'error')
        .map(({ code, message }) => `${code}: ${message}`);
    const read = versioned.flatMap((object) => readManifests(JSON.stringify(object), 'a.json').objects);
    const all = read.map(({ object }) => object);
    const { states } = selectStates(all, { classNames: entry.classNames ?? [], partial: true });
    const known = all.filter((object) => object.kind === 'Service');
    const { objects: converted } = convertIngresses(states, known, SETTINGS);
    const after = errors([
      ...versioned.filter(({ kind }) => kind === 'Service'),
      ...converted.map(({ manifest }) => manifest),
    ]);
    const before = errors(versioned);
    // Even an Ingress with errors becomes objects that only lack their back ends. What closes it closes them.
    const closing = (found: readonly string[]): string[] => found.filter((each) => /^\w+Closed:/.test(each));
    const kept = closing(before).map((each) => each.replace('of this Ingress', 'of this TLSRoute'));
    expect(kept).toEqual(expect.arrayContaining([...new Set(closing(after))]));
    expect(after.filter((each) => !each.startsWith('TLSRouteBackend') && !kept.includes(each))).toEqual([]);
    if (before.length === 0) expect(after).toEqual([]);
  });
});
