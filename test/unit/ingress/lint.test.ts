import { describe, expect, it } from 'vitest';
import {
  inOrder,
  type K8sIngress,
  type K8sObject,
  type LintedObject,
  type LintFinding,
  type LintSettings,
  lint,
  locate,
} from '../../../lib/ingress/index.ts';
import { ingress, path, rule, type Shape } from '../../corpus/case.ts';
import { CLASSES, CLUSTER, ingressClass, service } from '../../corpus/cluster.ts';

const RULES = { ipsets: [], hostOwnership: [] };
const FILES: LintSettings = { rules: RULES, classNames: [], partial: true };
const LIVE: LintSettings = { ...FILES, partial: false };

const source = (object: K8sObject, file = 'a.yaml'): LintedObject => ({
  object,
  file,
  lineOf: (path) =>
    path.includes('ipset')
      ? 6
      : path.startsWith('metadata.annotations')
        ? 5
        : path.startsWith('spec.rules[1]')
          ? 12
          : 9,
});
const ours = (shape: Shape = {}, file?: string): LintedObject => source(ingress(shape) as K8sIngress, file);
const named = (name: string, shape: Shape = {}): Shape => ({ ...shape, metadata: { name, ...shape.metadata } });
const brief = (objects: readonly LintedObject[], settings = FILES): string[] =>
  lint(objects, settings).findings.map(({ severity, code, file, line }) => `${severity} ${code} ${file}:${line}`);

describe('lint: lines', () => {
  it('gives code, severity, object, line, message and remedy', () => {
    const { findings, ingresses } = lint([ours({ hosts: ['a_b'] })], FILES);
    expect(ingresses).toBe(1);
    expect(findings).toEqual([
      {
        code: 'HostInvalid',
        severity: 'error',
        namespace: 'default',
        name: 'shop',
        file: 'a.yaml',
        line: 9,
        message: 'the host "a_b" has an underscore, which host names cannot have',
        remedy: 'Write a DNS name, such as shop.example.com or *.example.com.',
      },
    ]);
  });

  it('orders findings by file, line and code', () => {
    const bad = { hosts: ['a_b', undefined], annotations: { 'secure-port': '0', 'frontend-ip': 'x' } };
    expect(brief([ours(bad, 'b.yaml'), ours({ hosts: ['c_d'] }, 'a.yaml')])).toEqual([
      'error HostInvalid a.yaml:9',
      'error FrontendIPInvalid b.yaml:5',
      'error PortInvalid b.yaml:5',
      'error HostInvalid b.yaml:9',
      'error HostRequired b.yaml:12',
    ]);
  });

  it('orders findings by file, then line, then code, then message', () => {
    const keys = ['a 1 X m', 'a 1 X n', 'a 1 Y a', 'a 2 A a', 'a 10 A a', 'b 1 A a'];
    const findings = keys.map((key): LintFinding => {
      const [file = '', line, code = '', message = ''] = key.split(' ');
      return { file, line: Number(line), code, message, severity: 'error', namespace: '', name: '', remedy: '' };
    });
    const sorted = inOrder([...findings].reverse());
    expect(sorted.map(({ file, line, code, message }) => `${file} ${line} ${code} ${message}`)).toEqual(keys);
  });
});

it('lint: a finding without a path is at the line of its object', () => {
  const linted = { object: ingress() as K8sIngress, file: 'a.yaml', lineOf: (path: string) => (path === '' ? 3 : 7) };
  const found = { code: 'X', severity: 'error', message: 'm' } as const;
  expect(locate(found, linted)).toMatchObject({ line: 3, remedy: '', namespace: 'default', name: 'shop' });
});

describe('lint: selection', () => {
  it('SEL-1: reports an invalid passthrough annotation', () => {
    expect(brief([ours({ annotations: { 'ssl-passthrough': 'yes' } })])).toEqual([
      'warning InvalidAnnotation a.yaml:5',
    ]);
  });

  it('SEL-4: is silent about an Ingress without the annotation', () => {
    const { findings, ingresses } = lint(
      [ours({ hosts: ['a_b'], annotations: { 'ssl-passthrough': undefined } })],
      FILES,
    );
    expect({ findings, ingresses }).toEqual({ findings: [], ingresses: 0 });
  });

  it.each([
    ['a class that the files lack is assumed to be ours', { className: 'edge' }, FILES, 1],
    ['so is an annotated class', { className: null, annotations: { 'kubernetes.io/ingress.class': 'edge' } }, FILES, 1],
    ['no class at all', { className: null }, FILES, 1],
    ['a class of another controller among the files is not', { className: 'NGINX' }, FILES, 0],
    ['a class that is not in the cluster is not', { className: 'edge' }, LIVE, 0],
    ['a class that is not configured is not', { className: 'edge' }, { ...FILES, classNames: ['citrix'] }, 0],
  ] as const)('SEL-2: %s', (_, shape, settings, ingresses) => {
    expect(lint([ours(shape), ...CLASSES.map((object) => source(object))], settings).ingresses).toBe(ingresses);
  });
});

describe('lint: files are rarely the whole cluster', () => {
  const idle = {
    ...named('idle'),
    rules: [
      {
        host: 'a.example',
        http: { paths: [{ path: '/', backend: { service: { name: 'idle', port: { number: 443 } } } }] },
      },
    ],
  };
  const cluster = CLUSTER.map((object) => source(object, 'cluster.yaml'));

  it('a Service that the files lack is a warning, in a cluster an error', () => {
    expect(brief([ours()])).toEqual(['warning ServiceNotFound a.yaml:9']);
    expect(brief([ours(), source(ingressClass('citrix'))], LIVE)).toEqual(['error ServiceNotFound a.yaml:9']);
    expect(lint([ours()], FILES).findings[0]?.message).toBe('Service "web" is not among the files');
  });

  it('a name that no Service can have is not called missing among the files', () => {
    const { findings } = lint([ours({ rules: [rule('a.example', path('/', 'Web'))] })], FILES);
    expect(findings.map(({ message }) => message)).toEqual([
      'Service "Web" does not exist: a name has at most 63 lower-case letters, digits and inner hyphens',
    ]);
  });

  it('a Service without EndpointSlices gets no finding in files, in a cluster it has no endpoint', () => {
    const objects = [ours(), source(service('web')), source(ingressClass('citrix'))];
    expect(brief(objects)).toEqual([]);
    expect(brief(objects, LIVE)).toEqual(['warning NoEndpoints a.yaml:9']);
  });

  it('an empty EndpointSlice in the files means that there is no endpoint', () => {
    expect(brief([ours(idle), ...cluster])).toEqual(['warning NoEndpoints a.yaml:9']);
  });

  it('is silent about a valid Ingress', () => {
    expect(brief([ours(), ...cluster])).toEqual([]);
    expect(brief([ours(), ...cluster], LIVE)).toEqual([]);
  });
});

describe('lint: CON-1, a host that two Ingresses claim', () => {
  const service443 = source(service('web'));
  const at1 = { creationTimestamp: '2026-01-01T00:00:01Z' };
  const at2 = { creationTimestamp: '2026-01-01T00:00:02Z' };
  const conflict = (first: Shape, second: Shape): string[] =>
    lint([ours(first), ours(second, 'b.yaml'), service443], FILES).findings.map(
      ({ code, namespace, name, message }) => `${code} ${namespace}/${name}: ${message}`,
    );

  it('belongs to the smaller name', () => {
    const expected = [
      'HostConflict default/b: "shop.example.com" on 192.0.2.10, port 443, is held by Ingress default/a, which sends it to the same Service and port: no traffic is lost',
    ];
    expect(conflict(named('a'), named('b'))).toEqual(expected);
    expect(conflict(named('b'), named('a'))).toEqual(expected);
  });

  it('belongs to the older Ingress whatever the names', () => {
    expect(conflict(named('a', { metadata: at2 }), named('b', { metadata: at1 }))).toEqual([
      'HostConflict default/a: "shop.example.com" on 192.0.2.10, port 443, is held by Ingress default/b, which sends it to the same Service and port: no traffic is lost',
    ]);
  });

  it.each([
    ['another Service', { rules: [rule('shop.example.com', path('/', 'api'))] }],
    ['another port', { rules: [rule('shop.example.com', path('/', 'web', 8443))] }],
    ['another namespace', { metadata: { namespace: 'other' } }],
  ])('loses traffic where the back end is another: %s', (_, shape) => {
    const found = conflict(named('a'), named('b', shape)).filter((each) => each.startsWith('HostConflict'));
    expect(found).toEqual([expect.stringMatching(/is held by Ingress default\/a$/)]);
  });

  it('is compared in its canonical form, and reported at the rule that names it', () => {
    const first = named('a', { hosts: ['a.example'] });
    const second = named('b', { hosts: [undefined, 'A.Example.'] });
    expect(brief([ours(first), ours(second, 'b.yaml'), service443])).toEqual([
      'error HostRequired b.yaml:9',
      'error HostConflict b.yaml:12',
    ]);
  });

  it.each([
    ['on another address', { annotations: { 'frontend-ip': '192.0.2.11' } }],
    ['on another port', { annotations: { 'secure-port': '8443' } }],
    ['an exact host beside its wildcard', { hosts: ['*.example.com'] }],
  ])('does not conflict: %s', (_, shape) => {
    expect(conflict(named('a'), named('b', shape))).toEqual([]);
  });

  it('does not conflict between two copies of one Ingress, such as base and overlay', () => {
    expect(conflict(named('a'), named('a', { annotations: { 'insecure-termination': 'redirect' } }))).toEqual([]);
  });

  it('is reported once, although a redirect claims it, too', () => {
    const redirect = { annotations: { 'insecure-termination': 'redirect' } };
    expect(conflict(named('a', redirect), named('b', redirect))).toHaveLength(1);
  });
});

describe('lint: CON-5, settings of a shared front end', () => {
  const rules = { ...RULES, ipsets: ['edge', 'core'] };
  const settings = (name: string, host: string, annotations: Record<string, string>): LintedObject =>
    ours(named(name, { hosts: [host], annotations }), `${name}.yaml`);
  const conflict = (first: Record<string, string>, second: Record<string, string>): string[] =>
    lint([settings('a', 'a.example', first), settings('b', 'b.example', second), source(service('web'))], {
      ...FILES,
      rules,
    }).findings.map(({ code, file, line, message }) => `${code} ${file}:${line} ${message}`);

  it('are those of the older Ingress', () => {
    expect(
      conflict({ csvserver: '{"l2conn":"on","clttimeout":9}' }, { csvserver: '{"l2conn":"off","clttimeout":9}' }),
    ).toEqual([
      'FrontendSettingConflict b.yaml:5 l2conn "OFF" has no effect: Ingress default/a shares the front end and sets "ON"',
    ]);
    expect(conflict({ 'frontend-ipset-name': 'edge' }, { 'frontend-ipset-name': 'core' })).toEqual([
      'FrontendSettingConflict b.yaml:6 ipset "core" has no effect: Ingress default/a shares the front end and sets "edge"',
    ]);
  });

  it.each([
    ['the same', { csvserver: '{"l2conn":"on"}' }, { csvserver: '{"l2conn":"ON"}' }],
    ['different ones', { csvserver: '{"l2conn":"on"}' }, { csvserver: '{"clttimeout":9}' }],
    ['one sets none', {}, { csvserver: '{"l2conn":"on"}' }],
    ['another port', { csvserver: '{"l2conn":"on"}' }, { csvserver: '{"l2conn":"off"}', 'secure-port': '8443' }],
  ])('do not conflict: %s', (_, first, second) => {
    expect(conflict(first, second)).toEqual([]);
  });
});

it('VAL-16: lint applies the rules of an appliance', () => {
  const rules = { ...RULES, hostOwnership: [{ suffix: 'example.com', namespaces: ['other'] }] };
  expect(brief([ours()], { ...FILES, rules })).toEqual(['error HostForbidden a.yaml:9']);
});
