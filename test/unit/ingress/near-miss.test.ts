import { describe, expect, it } from 'vitest';
import { type JudgeSettings, judge, type K8sIngress } from '../../../lib/ingress/index.ts';
import { ingress, path, rule, type Shape } from '../../corpus/case.ts';
import { ingressClass } from '../../corpus/cluster.ts';

const CLASSES = [ingressClass('citrix'), ingressClass('nginx', 'k8s.io/ingress-nginx')];
const FILES: JudgeSettings = { classNames: [], partial: true };
const LIVE = { classNames: [], partial: false };

/** `Code key → remedy` of what is remarked about Ingresses beside what a cluster would say. */
function remarks(shapes: readonly Shape[], settings = FILES, classes = CLASSES): string[] {
  const ingresses = shapes.map((shape) => ingress(shape) as K8sIngress);
  return judge(ingresses, classes, settings).flatMap((each) =>
    each.findings.map(({ code, remedy }) => `${code} → ${remedy}`),
  );
}

const annotated = (key: string, value = 'true', more: Shape = {}): Shape => ({
  ...more,
  annotations: { 'ssl-passthrough': undefined, [key]: value },
});
const MISSED = 'PassthroughNotRequested → Write ingress.citrix.com/ssl-passthrough: "true"';

describe('SEL-1, SEL-4: an annotation that nearly asks for passthrough', () => {
  it.each([
    'ingress.citrix.com/ssl-passthru',
    'ingress.citrix.com/ssl-passtrough',
    'ingress.citrix.com/tls-passthrough',
    'ingress.citrix.com/passthrough',
    'ingress.citrix.com/ssl-pass-through',
    'ingress.citrix.com/SSL-Passthrough',
    'Ingress.citrix.com/ssl-passthrough',
    'Ingress.citrix.com/ssl_passthrough',
    'nginx.ingress.kubernetes.io/ssl-passthrough',
    'ingress.kubernetes.io/ssl-passthrough',
    'haproxy-ingress.github.io/ssl-passthrough',
    'haproxy.org/ssl-passthrough',
    'ingress.cilium.io/tls-passthrough',
    'traefik.ingress.kubernetes.io/router.tls.passthrough',
    'route.citrix.com/ssl-passthrough',
    'service.citrix.com/ssl-passthrough',
  ])('%s', (key) => {
    expect(remarks([annotated(key)])).toEqual([MISSED]);
    expect(remarks([annotated(key)], LIVE)).toEqual([MISSED]);
  });

  it.each(['route.openshift.io/termination', 'haproxy.router.openshift.io/termination'])('%s: passthrough', (key) => {
    expect(remarks([annotated(key, 'passthrough')])).toEqual([MISSED]);
  });

  it.each([
    ['switched off', annotated('ingress.citrix.com/ssl-passthru', 'false')],
    ['switched off elsewhere', annotated('nginx.ingress.kubernetes.io/ssl-passthrough', 'false')],
    ['another termination', annotated('route.openshift.io/termination', 'edge')],
    ['another word', annotated('nginx.ingress.kubernetes.io/ssl-redirect')],
    ['a prefix that nobody knows', annotated('example.com/ssl-passthrough-note')],
    ['no prefix', annotated('ssl_passthrough')],
    ['the annotation itself, off', { annotations: { 'ssl-passthrough': 'false', 'ssl-passthru': 'true' } }],
    ['both', { annotations: { 'nginx.ingress.kubernetes.io/ssl-passthrough': 'true' } }],
    ['the old spelling', { annotations: { 'ssl-passthrough': undefined, ssl_passthrough: 'True' } }],
    ['nothing', annotated('frontend-ip')],
  ])('not: %s', (_, shape) => {
    expect(remarks([shape])).toEqual([]);
  });

  it('of a class that everybody knows for another controller’s: what it asks of that one, in files alone', () => {
    const nginx = annotated('nginx.ingress.kubernetes.io/ssl-passthrough', 'true', { className: 'nginx' });
    expect(remarks([nginx])).toEqual([MISSED]);
    expect(remarks([nginx], LIVE)).toEqual([]);
    expect(remarks([annotated('ingress.citrix.com/ssl-passthru', 'true', { className: 'nginx' })])).toEqual([]);
  });
});

describe('VAL-14: annotations of others on an Ingress that is passed through', () => {
  it('of other resources of the vendor’s', () => {
    expect(
      remarks([{ annotations: { 'route.citrix.com/lbvserver': '{"a":1}', 'service.citrix.com/nonsense': 'x' } }]),
    ).toEqual([
      `AnnotationMisplaced → Write ingress.citrix.com/lbvserver: '{"a":1}'`,
      'AnnotationMisplaced → Write the annotation with the prefix ingress.citrix.com/, or remove it.',
    ]);
  });

  it.each([
    ['nginx.ingress.kubernetes.io/whitelist-source-range', 1],
    ['nginx.ingress.kubernetes.io/auth-tls-secret', 1],
    ['haproxy.org/allow-list', 1],
    ['haproxy-ingress.github.io/denylist-source-range', 1],
    ['nginx.ingress.kubernetes.io/proxy-body-size', 0],
    ['example.com/author', 0],
    ['example.com/whitelist', 0],
  ])('that restrict access: %s: %d', (key, count) => {
    expect(remarks([{ annotations: { [key]: 'x' } }])).toHaveLength(count);
  });
});

describe('SEL-2: classes in files', () => {
  const outcome = (className: string | null, settings = FILES, annotation?: string) => {
    const shape = { className, annotations: { 'kubernetes.io/ingress.class': annotation } };
    const [judged] = judge([ingress(shape) as K8sIngress], [ingressClass('citrix')], settings);
    return [judged?.selection.selected, judged?.assumed, judged?.findings.map(({ code }) => code)];
  };

  it.each([
    ['one that is there', 'citrix', undefined, true, undefined, []],
    ['one that is not there', 'Edge', undefined, true, 'edge', []],
    ['an annotated one that is not there', null, 'Edge', true, 'edge', []],
    ['one that everybody knows', 'nginx', undefined, false, undefined, ['ClassNotOurs']],
    ['an annotated one that everybody knows', null, 'nginx', false, undefined, ['ClassNotOurs']],
    ['none', null, undefined, true, undefined, []],
  ])('%s', (_, className, annotation, ...expected) => {
    expect(outcome(className, FILES, annotation)).toEqual(expected);
  });

  it('one that everybody knows and --class names is ours', () => {
    expect(outcome('nginx', { ...FILES, classNames: ['nginx'] })).toEqual([true, 'nginx', []]);
  });

  it('a cluster has all of its classes, and says nothing', () => {
    expect(outcome('edge', LIVE)).toEqual([false, undefined, []]);
    expect(outcome('nginx', LIVE)).toEqual([false, undefined, []]);
  });
});

describe('VAL-5, VAL-11: challenges that a redirect swallows', () => {
  const solver = (host: string, where = '/.well-known/acme-challenge/T0k'): Shape => ({
    rules: [rule(host, path(where, 'solver', 8089))],
    annotations: { 'ssl-passthrough': undefined },
    metadata: { name: 'solver' },
  });
  const redirecting = (more: Record<string, string> = {}): Shape => ({
    hosts: ['a.example'],
    annotations: { 'insecure-termination': 'redirect', ...more },
  });
  const said = (...shapes: Shape[]): string[] => {
    const all = shapes.map((shape) => ingress(shape) as K8sIngress);
    return judge(all, CLASSES, FILES).flatMap((each) =>
      each.findings.map(({ code, path: at, message }) => `${code} ${at} ${message}`),
    );
  };

  it('are said of the Ingress of the solver, whatever the order', () => {
    const expected = [
      'ChallengeUnanswered spec.rules[0].http.paths[0] the ACME challenge for "A.example." is not answered: default/shop redirects plain HTTP of the host to https',
    ];
    expect(said(redirecting(), solver('A.example.'))).toEqual(expected);
    expect(said(solver('A.example.'), redirecting())).toEqual(expected);
  });

  it.each([
    ['another host', redirecting(), solver('b.example')],
    ['another path', redirecting(), solver('a.example', '/')],
    ['no redirect', { hosts: ['a.example'] }, solver('a.example')],
    ['a redirect on another port', redirecting({ 'insecure-port': '8080' }), solver('a.example')],
    [
      'a redirect that nobody asks passthrough for',
      { ...redirecting({ 'ssl-passthrough': 'false' }) },
      solver('a.example'),
    ],
  ])('not: %s', (_, ...shapes) => {
    expect(said(...shapes)).toEqual([]);
  });
});
