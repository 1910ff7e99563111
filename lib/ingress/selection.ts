import { compareText, type Finding } from '../contract/index.ts';
import { CLASS_ANNOTATION, readAnnotations } from './annotations.ts';
import { parseBoolean } from './boolean.ts';
import { finding, quote } from './finding.ts';
import type { K8sIngress, K8sIngressClass } from './kubernetes.ts';
import { quoteFixRemedy } from './quote-fix.ts';
import { record, text } from './shape.ts';

/** The controller of the IngressClasses that are ours. */
export const CONTROLLER = 'citrix.com/ingress-controller';

/**
 * The class in the vendor's samples. The class annotation is older than IngressClass objects, so an annotation with this
 * class is ours even where no such object exists.
 */
export const VENDOR_CLASS = 'citrix';

const DEFAULT_CLASS_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';

export interface SelectionSettings {
  /** Configured class names. Empty selects every class of the controller, and Ingresses without a class. */
  readonly classNames: readonly string[];
  /** {@link CONTROLLER} where absent. */
  readonly controller?: string;
}

export interface Selection {
  readonly selected: boolean;
  /** The class that decides, in lower case; absent where the Ingress has none. */
  readonly class?: string;
  /** Findings about an invalid passthrough annotation, on an Ingress whose class is ours. */
  readonly findings: readonly Finding[];
}

interface Ownership {
  readonly ours: boolean;
  readonly class?: string;
}

function className(ingressClass: K8sIngressClass): string {
  return (text(record(ingressClass.metadata).name) ?? '').toLowerCase();
}

/** Returns the default class. Of several, the newest counts, as for the API server; then the smaller name. */
function defaultClass(classes: readonly K8sIngressClass[]): K8sIngressClass | undefined {
  const age = (ingressClass: K8sIngressClass): string => text(record(ingressClass.metadata).creationTimestamp) ?? '';
  const marked = classes.filter(
    (ingressClass) => record(record(ingressClass.metadata).annotations)[DEFAULT_CLASS_ANNOTATION] === 'true',
  );
  return marked.sort((a, b) => compareText(age(b), age(a)) || compareText(className(a), className(b)))[0];
}

/** Returns whether an Ingress is ours by its class alone (SEL-2). */
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

/** Returns whether the class of an Ingress is ours (SEL-2), with or without the passthrough annotation. */
export function isOurs(ingress: K8sIngress, classes: readonly K8sIngressClass[], settings: SelectionSettings): boolean {
  return ownership(ingress, classes, settings).ours;
}

/**
 * Selects an Ingress by its class (SEL-2) and its passthrough annotation (SEL-1). An Ingress of our class without the
 * annotation is skipped silently (SEL-4).
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
