import type { K8sObject } from '../../lib/ingress/index.ts';
import { at, type Case, ingress, route } from './case.ts';
import { CLUSTER, DEFAULT_CLASS, ingressClass } from './cluster.ts';

const ours = [route('shop.example.com')];
const passthrough = (value: unknown) => ingress({ annotations: { 'ssl-passthrough': value } });
const annotated = (name: unknown, className: unknown = null) =>
  ingress({ className, annotations: { 'kubernetes.io/ingress.class': name } });
const OTHER = 'k8s.io/ingress-nginx';
const withDefault = (name: string, controller?: string) => [...CLUSTER, ingressClass(name, controller, DEFAULT_CLASS)];

/** Selection: SEL-1, SEL-2, SEL-4. */
export const SELECTION: readonly Case[] = [
  { rule: 'SEL-1', name: 'true in lower case', ingress: passthrough('true'), routes: ours },
  { rule: 'SEL-1', name: 'True as the vendor writes it', ingress: passthrough('True'), routes: ours },
  { rule: 'SEL-1', name: 'TRUE in upper case', ingress: passthrough('TRUE'), routes: ours },
  { rule: 'SEL-1', name: 'tRuE in mixed case', ingress: passthrough('tRuE'), routes: ours },
  { rule: 'SEL-1', name: 'False is off', ingress: passthrough('False'), selected: false },
  { rule: 'SEL-1', name: 'empty is off', ingress: passthrough(''), selected: false },
  {
    rule: 'SEL-1, SEL-4',
    name: 'an absent annotation is off, without a finding',
    ingress: passthrough(undefined),
    selected: false,
  },
  ...['yes', 'on', '1', ' true', '"True"', '“True”', 'truе'].map(
    (value): Case => ({
      rule: 'SEL-1',
      name: `any other value is off, with a warning: ${value}`,
      ingress: passthrough(value),
      selected: false,
      findings: [`InvalidAnnotation ${at('ssl-passthrough')}`],
    }),
  ),
  { rule: 'SEL-1', name: 'an unquoted boolean is not an annotation', ingress: passthrough(true), selected: false },
  {
    rule: 'SEL-1, VAL-14',
    name: 'the deprecated name selects, with a warning',
    ingress: ingress({ annotations: { 'ssl-passthrough': undefined, ssl_passthrough: 'True' } }),
    routes: ours,
    findings: [`AnnotationDeprecated ${at('ssl_passthrough')}`],
  },
  {
    rule: 'SEL-1, VAL-14',
    name: 'current and deprecated name: the current one counts',
    ingress: ingress({ annotations: { 'ssl-passthrough': 'False', ssl_passthrough: 'True' } }),
    selected: false,
  },
  {
    rule: 'SEL-4',
    name: 'an invalid value on an Ingress of another class is not ours to report',
    ingress: ingress({ className: 'nginx', annotations: { 'ssl-passthrough': 'yes' } }),
    selected: false,
  },

  { rule: 'SEL-2', name: 'the class by name', ingress: ingress(), routes: ours },
  { rule: 'SEL-2', name: 'the class in another case', ingress: ingress({ className: 'Citrix' }), routes: ours },
  { rule: 'SEL-2', name: 'a class of another controller', ingress: ingress({ className: 'nginx' }), selected: false },
  { rule: 'SEL-2', name: 'a class that does not exist', ingress: ingress({ className: 'gone' }), selected: false },
  {
    rule: 'SEL-2',
    name: 'another name of the vendor’s controller',
    ingress: ingress({ className: 'vpx' }),
    cluster: [...CLUSTER, ingressClass('vpx')],
    routes: ours,
  },
  {
    rule: 'SEL-2',
    name: 'only the annotation decides: the annotated class is ours',
    ingress: annotated('citrix', 'nginx'),
    routes: ours,
  },
  {
    rule: 'SEL-2',
    name: 'only the annotation decides: the annotated class is not ours',
    ingress: annotated('nginx', 'citrix'),
    selected: false,
  },
  { rule: 'SEL-2', name: 'the annotation in another case', ingress: annotated('CITRIX'), routes: ours },
  {
    rule: 'SEL-2',
    name: 'the vendor’s annotation, older than IngressClass objects',
    ingress: annotated('citrix'),
    cluster: CLUSTER.filter(({ kind }) => kind !== 'IngressClass'),
    routes: ours,
  },
  {
    rule: 'SEL-2',
    name: 'another annotation without an IngressClass',
    ingress: annotated('traefik'),
    selected: false,
  },
  {
    rule: 'SEL-2',
    name: 'an annotation whose class has our controller',
    ingress: annotated('vpx'),
    cluster: [...CLUSTER, ingressClass('vpx')],
    routes: ours,
  },
  { rule: 'SEL-2', name: 'an empty annotation counts as absent', ingress: annotated('', 'citrix'), routes: ours },
  { rule: 'SEL-2', name: 'no class, and no default one', ingress: ingress({ className: null }), routes: ours },
  {
    rule: 'SEL-2',
    name: 'an IngressClass without a name is not ours',
    ingress: ingress({ className: 'vpx' }),
    cluster: [...CLUSTER, { kind: 'IngressClass', metadata: {}, spec: {} } as unknown as K8sObject],
    selected: false,
  },
  { rule: 'SEL-2', name: 'an empty class name counts as absent', ingress: ingress({ className: '' }), routes: ours },
  {
    rule: 'SEL-2',
    name: 'no class, and a default one that is ours',
    ingress: ingress({ className: null }),
    cluster: withDefault('main'),
    routes: ours,
  },
  {
    rule: 'SEL-2',
    name: 'no class, and a default one of another controller',
    ingress: ingress({ className: null }),
    cluster: withDefault('main', OTHER),
    selected: false,
  },
  {
    rule: 'SEL-2',
    name: 'of two default classes the newer one counts',
    ingress: ingress({ className: null }),
    cluster: [
      ...CLUSTER,
      ingressClass('a', OTHER, { ...DEFAULT_CLASS, creationTimestamp: '2024-01-01T00:00:00Z' }),
      ingressClass('b', undefined, { ...DEFAULT_CLASS, creationTimestamp: '2025-01-01T00:00:00Z' }),
    ],
    routes: ours,
  },
  {
    rule: 'SEL-2',
    name: 'of two default classes of one age the smaller name counts',
    ingress: ingress({ className: null }),
    cluster: [...withDefault('b', OTHER), ingressClass('a', undefined, DEFAULT_CLASS)],
    routes: ours,
  },
  { rule: 'SEL-2', name: 'a configured class', ingress: ingress(), classNames: ['Citrix'], routes: ours },
  {
    rule: 'SEL-2',
    name: 'only configured classes, when there are any',
    ingress: ingress(),
    classNames: ['other'],
    selected: false,
  },
  {
    rule: 'SEL-2',
    name: 'a configured class of another controller',
    ingress: ingress({ className: 'nginx' }),
    classNames: ['nginx'],
    selected: false,
  },
  {
    rule: 'SEL-2',
    name: 'a configured class by annotation needs no IngressClass',
    ingress: annotated('edge'),
    classNames: ['EDGE'],
    routes: ours,
  },
  {
    rule: 'SEL-2',
    name: 'an annotated class that is not configured',
    ingress: annotated('citrix'),
    classNames: ['edge'],
    selected: false,
  },
  {
    rule: 'SEL-2',
    name: 'no class is not a configured one',
    ingress: ingress({ className: null }),
    classNames: ['citrix'],
    selected: false,
  },
  {
    rule: 'SEL-2',
    name: 'the default class is a configured one',
    ingress: ingress({ className: null }),
    cluster: withDefault('main'),
    classNames: ['main'],
    routes: ours,
  },
  {
    rule: 'SEL-2',
    name: 'the default class is not a configured one',
    ingress: ingress({ className: null }),
    cluster: withDefault('main'),
    classNames: ['citrix'],
    selected: false,
  },
];
