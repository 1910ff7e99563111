import type { Finding } from '../contract/index.ts';
import { CLASS_ANNOTATION, readAnnotations } from './annotations.ts';
import { parseBoolean } from './boolean.ts';
import { finding, quote } from './finding.ts';
import type { K8sIngress, K8sIngressClass } from './kubernetes.ts';
import { quoteFixRemedy } from './quote-fix.ts';
import { byText, record, text } from './shape.ts';

/** The controller that an IngressClass must name. */
export const CONTROLLER = 'citrix.com/ingress-controller';

/**
 * The class of the vendor's samples. Annotations came before IngressClass objects, so where no object of this name
 * exists, the annotation with this one is taken for the vendor's.
 */
export const VENDOR_CLASS = 'citrix';

const DEFAULT_CLASS_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';

export interface SelectionSettings {
  /** Configured class names; empty: every class of the controller, and Ingresses without any. */
  readonly classNames: readonly string[];
  /** {@link CONTROLLER} where absent. */
  readonly controller?: string;
}

export interface Selection {
  readonly selected: boolean;
  /** The class that decides ownership, lower-cased; absent where there is none. */
  readonly class?: string;
  /** An annotation that cannot be read, on an Ingress of a class that is ours. */
  readonly findings: readonly Finding[];
}

interface Ownership {
  readonly ours: boolean;
  readonly class?: string;
}

function className(ingressClass: K8sIngressClass): string {
  return (text(record(ingressClass.metadata).name) ?? '').toLowerCase();
}

/** The default class: the newest where several are marked, as the API server chooses; then by name. */
function defaultClass(classes: readonly K8sIngressClass[]): K8sIngressClass | undefined {
  const age = (ingressClass: K8sIngressClass): string => text(record(ingressClass.metadata).creationTimestamp) ?? '';
  const marked = classes.filter(
    (ingressClass) => record(record(ingressClass.metadata).annotations)[DEFAULT_CLASS_ANNOTATION] === 'true',
  );
  return marked.sort((a, b) => byText(age(b), age(a)) || byText(className(a), className(b)))[0];
}

/** Whose an Ingress is, by its class alone (SEL-2). */
function ownership(ingress: K8sIngress, classes: readonly K8sIngressClass[], settings: SelectionSettings): Ownership {
  const configured = settings.classNames.map((name) => name.toLowerCase());
  const controlled = (ingressClass: K8sIngressClass | undefined): boolean =>
    text(record(ingressClass?.spec).controller) === (settings.controller ?? CONTROLLER);
  const admitted = (name: string): boolean => configured.length === 0 || configured.includes(name);
  const find = (name: string): K8sIngressClass | undefined =>
    classes.find((ingressClass) => className(ingressClass) === name);

  const annotated = text(record(record(ingress.metadata).annotations)[CLASS_ANNOTATION])?.toLowerCase();
  if (annotated !== undefined && annotated !== '') {
    if (configured.length > 0) return { ours: configured.includes(annotated), class: annotated };
    const ingressClass = find(annotated);
    return {
      ours: ingressClass === undefined ? annotated === VENDOR_CLASS : controlled(ingressClass),
      class: annotated,
    };
  }
  const named = text(record(ingress.spec).ingressClassName)?.toLowerCase();
  if (named !== undefined && named !== '') {
    return { ours: admitted(named) && controlled(find(named)), class: named };
  }
  const fallback = defaultClass(classes);
  if (fallback === undefined) return { ours: configured.length === 0 };
  const name = className(fallback);
  return { ours: admitted(name) && controlled(fallback), class: name };
}

/** Whether the class of an Ingress is ours (SEL-2), whatever it asks for. */
export function isOurs(ingress: K8sIngress, classes: readonly K8sIngressClass[], settings: SelectionSettings): boolean {
  return ownership(ingress, classes, settings).ours;
}

/**
 * Whether an Ingress is ours: its class (SEL-2), and its passthrough annotation (SEL-1). One of the class without the
 * annotation is not, and nothing is said about it (SEL-4).
 *
 * @param classes all IngressClasses of the cluster.
 */
export function selectIngress(
  ingress: K8sIngress,
  classes: Iterable<K8sIngressClass>,
  settings: SelectionSettings,
): Selection {
  const owner = ownership(ingress, [...classes], settings);
  const named = owner.class === undefined ? {} : { class: owner.class };
  const annotation = readAnnotations(record(record(ingress.metadata).annotations)).get('ssl-passthrough');
  if (!owner.ours || annotation === undefined) return { selected: false, ...named, findings: [] };
  const passthrough = parseBoolean(annotation.value);
  if (passthrough !== undefined) return { selected: passthrough, ...named, findings: [] };
  return {
    selected: false,
    ...named,
    findings: [
      finding('InvalidAnnotation', {
        message: `${annotation.key} is ${quote(annotation.value)}, which is neither true nor false: passthrough is off`,
        path: annotation.path,
        value: annotation.value,
        remedy: 'Write "true" to pass TLS through, or remove the annotation.',
        ...quoteFixRemedy(annotation.key, annotation.value, (value) => parseBoolean(value) !== undefined),
      }),
    ],
  };
}
