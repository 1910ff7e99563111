import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FINDING_CODES } from '../../../lib/ingress/index.ts';
import { type LintOptions, lint, OptionsError, type PlanOptions, plan } from '../../../lib/library/index.ts';

const SHOP = readFileSync('docs/examples/shop.yaml', 'utf8');
const CONFIG = readFileSync('appliances.example.yml', 'utf8');

const ingress = (name: string, host: string, more = ''): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: web
  annotations:
    ingress.citrix.com/frontend-ip: 192.0.2.10
    ingress.citrix.com/ssl-passthrough: "True"${more}
spec:
  ingressClassName: citrix
  rules:
  - host: ${host}
    http:
      paths: [{ path: /, pathType: Prefix, backend: { service: { name: shop, port: { number: 443 } } } }]
  tls: [{}]
`;
const SERVICE = `apiVersion: v1
kind: Service
metadata: { name: shop, namespace: web }
spec: { ports: [{ port: 443 }] }
`;

const codes = (findings: readonly { code: string }[]): string[] => findings.map(({ code }) => code);

describe('lint', () => {
  it('names file, line and columns of a finding', () => {
    const findings = lint({ 'shop.yaml': ingress('shop', 'a_b.example'), 'service.yaml': SERVICE });
    expect(findings).toEqual([
      expect.objectContaining({
        code: 'HostInvalid',
        severity: 'error',
        namespace: 'web',
        name: 'shop',
        file: 'shop.yaml',
        line: 12,
        column: 11,
      }),
    ]);
  });

  it('objects of one file refer to those of others: a conflict between two files', () => {
    const files = { 'a.yaml': ingress('a', 'a.example'), 'b.yaml': ingress('b', 'a.example'), 's.yaml': SERVICE };
    expect(codes(lint(files))).toEqual(['HostConflict']);
    expect(codes(lint(new Map(Object.entries(files))))).toEqual(['HostConflict']);
  });

  it.each<[string, string, string]>([
    ['YAML that breaks off', 'kind: [', 'ManifestInvalid'],
    ['JSON that breaks off', '{"kind": "Ingress",', 'ManifestInvalid'],
    ['a Helm template', '{{- if .Values.x }}\nkind: Ingress\n{{- end }}\n', 'ManifestInvalid'],
    ['text that is no object', 'hello', 'ManifestInvalid'],
    ['bytes that are no text', '\u0000\ufffd\u0001', 'ManifestInvalid'],
  ])('%s → a finding, and no error', (_what, text, code) => {
    const findings = lint({ 'broken.yaml': text, 'good.yaml': ingress('a', 'a_b') });
    expect(findings.find(({ file }) => file === 'broken.yaml')?.code).toBe(code);
    // The other files are checked all the same.
    expect(codes(findings)).toContain('HostInvalid');
  });

  it('no file, and an empty one, have no finding', () => {
    expect(lint({})).toEqual([]);
    expect(lint({ 'empty.yaml': '' })).toEqual([]);
  });

  it.each<[string, string, LintOptions]>([
    ['the option ignore', ingress('a', 'a_b'), { ignore: ['HostInvalid'] }],
    ['a comment', ingress('a', 'a_b # nspass-ignore: HostInvalid'), {}],
    ['an annotation', ingress('a', 'a_b', '\n    netscaler-passthrough/lint-ignore: HostInvalid'), {}],
    ['another class', ingress('a', 'a_b'), { classNames: ['edge'] }],
  ])('%s leaves findings out', (_what, text, options) => {
    expect(codes(lint({ 'a.yaml': ingress('a', 'a_b'), 's.yaml': SERVICE }))).toEqual(['HostInvalid']);
    expect(lint({ 'a.yaml': text, 's.yaml': SERVICE }, options)).toEqual([]);
  });

  it('rules of an appliance: an address outside of its ranges', () => {
    const files = { 'a.yaml': ingress('a', 'a.example'), 's.yaml': SERVICE };
    expect(lint(files)).toEqual([]);
    expect(codes(lint(files, { config: CONFIG, appliance: 'datacentre' }))).toContain('FrontendIPForbidden');
  });

  it('defaultVip is the address of Ingresses without one', () => {
    const files = { 'a.yaml': ingress('a', 'a.example').replace(/.*frontend-ip.*\n/, ''), 's.yaml': SERVICE };
    expect(codes(lint(files))).toEqual(['FrontendIPRequired']);
    expect(lint(files, { defaultVip: '192.0.2.9' })).toEqual([]);
  });
});

describe('plan', () => {
  it('a host of another name: one route goes, one comes', () => {
    const [base, next] = ['shop.example.com', 'store.example.com'].map((host) => ({ 'a.yaml': ingress('a', host) }));
    const { summary, routes, objects, warnings } = plan(base!, next!, { cluster: 'prod' });
    expect(summary).toEqual({ add: 1, change: 0, remove: 1 });
    expect(routes).toEqual([
      expect.objectContaining({ change: 'remove', host: 'shop.example.com', to: null }),
      expect.objectContaining({ change: 'add', host: 'store.example.com', from: null }),
    ]);
    expect(routes[0]?.ingress).toMatch(/^prod\//);
    expect([objects, warnings]).toEqual([[], []]);
  });

  it('the same manifests: nothing', () => {
    const options = { config: CONFIG, appliance: 'edge' };
    expect(plan({}, { 'b.yaml': SHOP }, options)).toMatchObject({ summary: { add: 1 }, findings: [] });
    const same = plan({ 'a.yaml': SHOP }, { 'b.yaml': SHOP }, options);
    expect(same).toMatchObject({ summary: { add: 0, change: 0, remove: 0 }, routes: [] });
  });

  it('findings are those about the next manifests, broken files too', () => {
    const { findings } = plan({ 'a.yaml': 'kind: [' }, { 'b.yaml': 'kind: [' });
    expect(findings.map(({ file, code }) => [file, code])).toEqual([['b.yaml', 'ManifestInvalid']]);
  });

  it('a comment leaves a finding out, as it does for lint', () => {
    const text = ingress('a', 'a_b # nspass-ignore: HostInvalid');
    expect(codes(plan({}, { 'a.yaml': text.replace(/ #.*/, ''), 's.yaml': SERVICE }).findings)).toEqual([
      'HostInvalid',
    ]);
    expect(plan({}, { 'a.yaml': text, 's.yaml': SERVICE }).findings).toEqual([]);
  });

  it('two Ingresses for one host: the one that waits, and why', () => {
    const base = { 'a.yaml': ingress('a', 'a.example') };
    const next = { ...base, 'b.yaml': ingress('b', 'a.example') };
    expect(plan(base, next).waiting).toEqual([
      expect.objectContaining({ host: 'a.example', ingress: 'local/web/b', holder: 'local/web/a' }),
    ]);
  });
});

describe('options that cannot be used', () => {
  it.each<[LintOptions & PlanOptions, RegExp]>([
    [{ defaultVip: '192.0.2.1:443' }, /^defaultVip: Expected one IPv4 or IPv6 address/],
    [{ defaultVip: '127.0.0.1' }, /^defaultVip: A front end cannot have a loopback address/],
    [{ appliance: 'edge' }, /^appliance: .*config, which is missing/],
    [{ config: 'appliances: [' }, /^config: appliances\.yml:1:\d+: /],
    [{ config: CONFIG, appliance: 'nope' }, /^appliance: config has no "nope", expected one of /],
    [{ config: CONFIG }, /^appliance: config has several, expected one of /],
  ])('%j', (options, message) => {
    for (const call of [() => lint({}, options), () => plan({}, {}, options)]) {
      expect(call).toThrow(OptionsError);
      expect(call).toThrow(message);
    }
  });

  it('a code that does not exist, with the one that was meant', () => {
    expect(() => lint({}, { ignore: ['HostConflic'] })).toThrow(
      'ignore: unknown finding "HostConflic": did you mean HostConflict?',
    );
  });

  it('a name that no cluster has', () => {
    expect(() => plan({}, {}, { cluster: 'A b' })).toThrow('cluster: "A b" is not valid');
  });

  it('a Buffer in place of text', () => {
    const files = { 'a.yaml': Buffer.from('kind: Ingress') as unknown as string };
    expect(() => lint(files)).toThrow('files: the text of "a.yaml" is not a string.');
  });
});

describe('any text', () => {
  const known = new Set<string>(FINDING_CODES);
  const words = fc.constantFrom(
    SHOP,
    ingress('a', 'a.example'),
    SERVICE,
    '---\n',
    '- ',
    ': ',
    '{',
    '[',
    '"',
    '*a',
    '\n',
  );
  const text = fc.array(fc.oneof(words, fc.string({ maxLength: 5 })), { maxLength: 6 }).map((parts) => parts.join(''));
  const files = fc.dictionary(fc.string(), text, { maxKeys: 3 });

  it('becomes findings of the catalogue, and a plan of it against itself changes nothing', () => {
    fc.assert(
      fc.property(files, (some) => {
        const findings = lint(some);
        expect(findings.filter(({ code, file }) => !known.has(code) || !Object.hasOwn(some, file))).toEqual([]);
        expect(plan(some, some).routes).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
