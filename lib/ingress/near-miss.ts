import { compareText, type Finding } from '../contract/index.ts';
import { annotationPath, hasPrefix, intendedAnnotation, PREFIX, readAnnotations } from './annotations.ts';
import { parseBoolean } from './boolean.ts';
import { finding, quote } from './finding.ts';
import { soundsRestricting } from './ignored.ts';
import type { K8sIngress } from './kubernetes.ts';
import { yamlRemedy } from './quote-fix.ts';
import { record, text } from './shape.ts';

/** Other controllers that read annotations of an Ingress, by the prefix of the keys. */
const CONTROLLERS: readonly (readonly [prefix: RegExp, name: string])[] = [
  [/^nginx\.ingress\.kubernetes\.io$/, 'ingress-nginx'],
  [/^ingress\.kubernetes\.io$/, 'ingress-nginx or HAProxy Ingress'],
  [/^haproxy(-ingress\.github\.io|\.org)$/, 'HAProxy'],
  [/^(traefik\.ingress\.kubernetes\.io|traefik\.io)$/, 'Traefik'],
  [/^ingress\.cilium\.io$/, 'Cilium'],
  [/^(haproxy\.router|route)\.openshift\.io$/, 'the OpenShift router'],
  [/^(nginx\.org|nginx\.com)$/, 'NGINX Ingress Controller'],
  [/^projectcontour\.io$/, 'Contour'],
  [/^konghq\.com$/, 'Kong'],
  [/^(alb|nlb)\.ingress\.kubernetes\.io$/, 'the AWS load balancers'],
];

/** Other resources with a prefix of the vendor's, which nothing reads on an Ingress. */
const RESOURCES: ReadonlyMap<string, string> = new Map([
  ['route.citrix.com', 'Routes of OpenShift'],
  ['service.citrix.com', 'Services of type LoadBalancer'],
]);

const PASSTHROUGH_NAME = /(^|[-_.])(ssl|tls)?[-_.]?pass-?thro?u(gh)?$/i;

interface AnnotationKey {
  readonly key: string;
  readonly prefix: string;
  readonly name: string;
  readonly value: string;
}

function keysOf(ingress: K8sIngress): AnnotationKey[] {
  return Object.entries(record(record(ingress.metadata).annotations))
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([key, input]) => {
      const value = text(input);
      const slash = key.indexOf('/');
      return value === undefined || slash < 0
        ? []
        : [{ key, prefix: key.slice(0, slash).toLowerCase(), name: key.slice(slash + 1), value }];
    });
}

const controllerOf = (prefix: string): string | undefined => CONTROLLERS.find(([known]) => known.test(prefix))?.[1];

/** Returns whether an annotation of another prefix requests passthrough, by its name or by its value. */
function requestsElsewhere({ prefix, name, value }: AnnotationKey): boolean {
  if (value.toLowerCase() === 'passthrough') return /(^|[-_.])(termination|tls|ssl|mode)$/i.test(name);
  const known = controllerOf(prefix) !== undefined || RESOURCES.has(prefix);
  return known && PASSTHROUGH_NAME.test(name) && parseBoolean(value) === true;
}

/** Returns whether an annotation of the vendor's prefix nearly requests passthrough. */
function nearlyRequests({ key, value }: AnnotationKey): boolean {
  if (!hasPrefix(key) || parseBoolean(value) === false) return false;
  return intendedAnnotation(key.slice(PREFIX.length).replaceAll('_', '-').toLowerCase()) === 'ssl-passthrough';
}

/**
 * Reports an annotation that nearly requests passthrough, or requests it from another controller. A cluster does not
 * report it: there, an Ingress without the annotation belongs to somebody else (SEL-4).
 *
 * @param ours whether the class is ours: on another class, annotations of the vendor's prefix do not count.
 * @param foreign whether annotations of other controllers count.
 */
export function nearMiss(ingress: K8sIngress, ours: boolean, foreign: boolean): Finding | undefined {
  const annotations = record(record(ingress.metadata).annotations);
  if (readAnnotations(annotations).get('ssl-passthrough') !== undefined) return undefined;
  const keys = keysOf(ingress);
  const near = ours ? keys.find(nearlyRequests) : undefined;
  const found = near ?? (foreign ? keys.find(requestsElsewhere) : undefined);
  if (found === undefined) return undefined;
  const { key, prefix } = found;
  const reader = controllerOf(prefix) ?? RESOURCES.get(prefix);
  const why = near !== undefined ? 'is not the passthrough annotation' : `is for ${reader ?? 'something else'}`;
  return finding('PassthroughNotRequested', {
    message: `the Ingress does not request passthrough: ${quote(key)} ${why}`,
    path: annotationPath(key),
    value: found.value,
    ...yamlRemedy(`${PREFIX}ssl-passthrough`, 'true'),
  });
}

/** Reports annotations that are for other resources of the vendor's. */
function misplaced(keys: readonly AnnotationKey[]): Finding[] {
  return keys.flatMap(({ key, prefix, name, value }) => {
    const resource = RESOURCES.get(prefix);
    if (resource === undefined) return [];
    return finding('AnnotationMisplaced', {
      message: `${quote(key)} has no effect: it is for ${resource}`,
      path: annotationPath(key),
      ...(intendedAnnotation(name) === name ? yamlRemedy(`${PREFIX}${name}`, value) : {}),
    });
  });
}

/** Reports access restrictions that only another controller would apply. */
function restrictedElsewhere(keys: readonly AnnotationKey[]): Finding[] {
  return keys.flatMap(({ key, prefix, name }) => {
    const controller = controllerOf(prefix);
    if (controller === undefined || !soundsRestricting(name)) return [];
    const message = `access to the hosts of this Ingress is not restricted: ${quote(key)} is for ${controller}`;
    return finding('AccessUnrestricted', { message, path: annotationPath(key), value: key });
  });
}

/** Reports annotations of other prefixes on an Ingress with passthrough whose owner may rely on them. */
export function foreignAnnotations(ingress: K8sIngress): Finding[] {
  const keys = keysOf(ingress);
  return [...misplaced(keys), ...restrictedElsewhere(keys)];
}
