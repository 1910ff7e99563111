import { describe, expect, it } from 'vitest';
import { type JudgeSettings, judge, type K8sIngress } from '../../../lib/ingress/index.ts';
import { ingress, path, rule, type Shape } from '../../corpus/case.ts';
import { ingressClass } from '../../corpus/cluster.ts';

const CLASSES = [ingressClass('citrix'), ingressClass('nginx', 'k8s.io/ingress-nginx')];
const FILES: JudgeSettings = { classNames: [], partial: true };
const LIVE = { classNames: [], partial: false };

/** Returns `Code → remedy` of the findings that a cluster does not report. */
function judgements(shapes: readonly Shape[], settings = FILES, classes = CLASSES): string[] {
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

describe('SEL-1, SEL-4: an annotation that nearly requests passthrough', () => {
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
    expect(judgements([annotated(key)])).toEqual([MISSED]);
    expect(judgements([annotated(key)], LIVE)).toEqual([MISSED]);
  });

  it.each(['route.openshift.io/termination', 'haproxy.router.openshift.io/termination'])('%s: passthrough', (key) => {
    expect(judgements([annotated(key, 'passthrough')])).toEqual([MISSED]);
  });

  it.each([
    ['switched off', annotated('ingress.citrix.com/ssl-passthru', 'false')],
    ['switched off elsewhere', annotated('nginx.ingress.kubernetes.io/ssl-passthrough', 'false')],
    ['another termination', annotated('route.openshift.io/termination', 'edge')],
    ['another word', annotated('nginx.ingress.kubernetes.io/ssl-redirect')],
    ['an unknown prefix', annotated('example.com/ssl-passthrough-note')],
    ['no prefix', annotated('ssl_passthrough')],
    ['the annotation itself, off', { annotations: { 'ssl-passthrough': 'false', 'ssl-passthru': 'true' } }],
    [
      'beside the annotation of another controller',
      { annotations: { 'nginx.ingress.kubernetes.io/ssl-passthrough': 'true' } },
    ],
    ['the old spelling', { annotations: { 'ssl-passthrough': undefined, ssl_passthrough: 'True' } }],
    ['nothing', annotated('frontend-ip')],
  ])('no finding: %s', (_, shape) => {
    expect(judgements([shape])).toEqual([]);
  });

  it('a well-known class of another controller: only requests to that controller count, and only in files', () => {
    const nginx = annotated('nginx.ingress.kubernetes.io/ssl-passthrough', 'true', { className: 'nginx' });
    expect(judgements([nginx])).toEqual([MISSED]);
    expect(judgements([nginx], LIVE)).toEqual([]);
    expect(judgements([annotated('ingress.citrix.com/ssl-passthru', 'true', { className: 'nginx' })])).toEqual([]);
  });
});

describe('VAL-14: foreign annotations on an Ingress with passthrough', () => {
  it('annotations for other resources of the vendor', () => {
    expect(
      judgements([{ annotations: { 'route.citrix.com/lbvserver': '{"a":1}', 'service.citrix.com/nonsense': 'x' } }]),
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
  ])('access restrictions: %s → %d findings', (key, count) => {
    expect(judgements([{ annotations: { [key]: 'x' } }])).toHaveLength(count);
  });
});

describe('SEL-2: classes in files', () => {
  const outcome = (className: string | null, settings = FILES, annotation?: string) => {
    const shape = { className, annotations: { 'kubernetes.io/ingress.class': annotation } };
    const [judged] = judge([ingress(shape) as K8sIngress], [ingressClass('citrix')], settings);
    return [judged?.selection.selected, judged?.assumed, judged?.findings.map(({ code }) => code)];
  };

  it.each([
    ['a class among the files', 'citrix', undefined, true, undefined, []],
    ['a class that the files lack', 'Edge', undefined, true, 'edge', []],
    ['an annotated class that the files lack', null, 'Edge', true, 'edge', []],
    ['a well-known class of another controller', 'nginx', undefined, false, undefined, ['ClassNotOurs']],
    ['an annotated well-known class of another controller', null, 'nginx', false, undefined, ['ClassNotOurs']],
    ['no class', null, undefined, true, undefined, []],
  ])('%s', (_, className, annotation, ...expected) => {
    expect(outcome(className, FILES, annotation)).toEqual(expected);
  });

  it('a well-known class that --class names is ours', () => {
    expect(outcome('nginx', { ...FILES, classNames: ['nginx'] })).toEqual([true, 'nginx', []]);
  });

  it('a cluster has all of its classes, so none is assumed or reported', () => {
    expect(outcome('edge', LIVE)).toEqual([false, undefined, []]);
    expect(outcome('nginx', LIVE)).toEqual([false, undefined, []]);
  });
});

describe('VAL-5, VAL-11: challenges that a redirect hides', () => {
  const solver = (host: string, where = '/.well-known/acme-challenge/T0k'): Shape => ({
    rules: [rule(host, path(where, 'solver', 8089))],
    annotations: { 'ssl-passthrough': undefined },
    metadata: { name: 'solver' },
  });
  const redirecting = (more: Record<string, string> = {}): Shape => ({
    hosts: ['a.example'],
    annotations: { 'insecure-termination': 'redirect', ...more },
  });
  const found = (...shapes: Shape[]): string[] => {
    const all = shapes.map((shape) => ingress(shape) as K8sIngress);
    return judge(all, CLASSES, FILES).flatMap((each) =>
      each.findings.map(({ code, path: at, message }) => `${code} ${at} ${message}`),
    );
  };

  it('are reported on the Ingress of the solver, in any order of the files', () => {
    const expected = [
      'ChallengeUnanswered spec.rules[0].http.paths[0] the ACME challenge for "A.example." is not answered: default/shop redirects plain HTTP of the host to https',
    ];
    expect(found(redirecting(), solver('A.example.'))).toEqual(expected);
    expect(found(solver('A.example.'), redirecting())).toEqual(expected);
  });

  it.each([
    ['another host', redirecting(), solver('b.example')],
    ['another path', redirecting(), solver('a.example', '/')],
    ['no redirect', { hosts: ['a.example'] }, solver('a.example')],
    ['a redirect on another port', redirecting({ 'insecure-port': '8080' }), solver('a.example')],
    [
      'a redirect of an Ingress without passthrough',
      { ...redirecting({ 'ssl-passthrough': 'false' }) },
      solver('a.example'),
    ],
  ])('no finding: %s', (_, ...shapes) => {
    expect(found(...shapes)).toEqual([]);
  });
});
