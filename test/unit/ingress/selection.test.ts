import { describe, expect, it } from 'vitest';
import { CONTROLLER, type K8sIngress, type K8sIngressClass, selectIngress } from '../../../lib/ingress/index.ts';
import { ingress, type Shape } from '../../corpus/case.ts';
import { DEFAULT_CLASS, ingressClass } from '../../corpus/cluster.ts';

const select = (shape: Shape, classes: readonly K8sIngressClass[] = [ingressClass('citrix')], controller?: string) =>
  selectIngress(ingress(shape) as K8sIngress, classes, {
    classNames: [],
    ...(controller === undefined ? {} : { controller }),
  });

describe('SEL-2: the class in a selection', () => {
  it.each([
    ['by name, lower-cased', { className: 'Citrix' }, 'citrix'],
    ['by annotation, lower-cased', { annotations: { 'kubernetes.io/ingress.class': 'NGINX' } }, 'nginx'],
    ['the default one', { className: null }, 'main'],
  ] as const)('is told: %s', (_, shape, name) => {
    expect(select(shape, [ingressClass('citrix'), ingressClass('main', CONTROLLER, DEFAULT_CLASS)]).class).toBe(name);
  });

  it('is given for Ingresses that are not ours, too', () => {
    expect(select({ className: 'other' })).toEqual({ selected: false, class: 'other', findings: [] });
    expect(select({ annotations: { 'ssl-passthrough': 'no' } })).toMatchObject({ selected: false, class: 'citrix' });
    expect(select({ annotations: { 'ssl-passthrough': 'false' } })).toMatchObject({ selected: false, class: 'citrix' });
  });

  it('is absent where the Ingress has no class', () => {
    expect(select({ className: null })).toEqual({ selected: true, findings: [] });
  });

  it('is ours if it has the configured controller', () => {
    const classes = [ingressClass('citrix', 'example.com/own')];
    expect(select({}, classes).selected).toBe(false);
    expect(select({}, classes, 'example.com/own').selected).toBe(true);
  });

  it('may come from any iterable', () => {
    expect(select({}, new Set([ingressClass('citrix')]) as unknown as K8sIngressClass[]).selected).toBe(true);
  });
});
