import type { Finding } from '../contract/index.ts';
import { annotationPath, CLASS_ANNOTATION } from './annotations.ts';
import { redirectedHosts, unansweredChallenges } from './challenge.ts';
import { finding, quote } from './finding.ts';
import type { K8sIngress, K8sIngressClass } from './kubernetes.ts';
import { foreignAnnotations, nearMiss } from './near-miss.ts';
import { CONTROLLER, isOurs, type Selection, selectIngress } from './selection.ts';
import { record, text } from './shape.ts';

export interface JudgeSettings {
  /** Configured class names; see {@link selectIngress}. */
  readonly classNames: readonly string[];
  /** The objects come from files, which are rarely the whole cluster. */
  readonly partial: boolean;
}

/** The selection of an Ingress, and the findings that do not depend on its rules. */
export interface JudgedIngress {
  readonly selection: Selection;
  /** The class in lower case, where the files lack its object and it is assumed to be ours. */
  readonly assumed?: string;
  /** Findings that are not reported in a cluster. Those of the selection are not among them. */
  readonly findings: readonly Finding[];
}

/** Well-known classes of other controllers, which are not ours even where the files lack their objects. */
const OTHER_CONTROLLER_CLASSES = new Set(
  'alb application-gateway apisix azure-application-gateway azure/application-gateway caddy cilium cloudflare-tunnel contour gce gce-internal haproxy higress istio kong nginx nginx-internal nlb openshift-default skipper tailscale traefik voyager webapprouting.kubernetes.azure.com'.split(
    ' ',
  ),
);

const classOf = (ingress: K8sIngress): string | undefined =>
  (
    text(record(record(ingress.metadata).annotations)[CLASS_ANNOTATION]) || text(record(ingress.spec).ingressClassName)
  )?.toLowerCase();

/** Returns the class to assume where the files lack the object: the passthrough annotation is the vendor's. */
export function assumedClass(name: string): K8sIngressClass {
  return { kind: 'IngressClass', metadata: { name, namespace: '' }, spec: { controller: CONTROLLER } };
}

/** Returns the class of an Ingress, where the files lack its object and it may be ours. */
function assumableClass(ingress: K8sIngress, classes: readonly K8sIngressClass[], settings: JudgeSettings) {
  const name = classOf(ingress);
  if (!settings.partial || name === undefined || name === '') return undefined;
  const named = settings.classNames.some((each) => each.toLowerCase() === name);
  if (OTHER_CONTROLLER_CLASSES.has(name) && !named) return undefined;
  return classes.some(({ metadata }) => text(record(metadata).name)?.toLowerCase() === name) ? undefined : name;
}

const ANY_CLASS = 'any';

/** Returns whether an Ingress would be selected if its class were ours. */
function wouldBeSelected(ingress: K8sIngress): boolean {
  const { [CLASS_ANNOTATION]: _class, ...annotations } = ingress.metadata.annotations ?? {};
  const classed: K8sIngress = {
    ...ingress,
    metadata: { ...ingress.metadata, annotations },
    spec: { ...ingress.spec, ingressClassName: ANY_CLASS },
  };
  return selectIngress(classed, [assumedClass(ANY_CLASS)], { classNames: [] }).selected;
}

/** Reports an Ingress that requests passthrough with a class that is not ours: in a folder mostly a mistake (SEL-2). */
function classNotOurs(ingress: K8sIngress, { class: name }: Selection): Finding {
  const annotated = text(record(record(ingress.metadata).annotations)[CLASS_ANNOTATION]);
  const whose = classOf(ingress) ? 'its class' : 'it names no class, and the default class';
  const reason = name === undefined ? 'it has no class' : `${whose} ${quote(name)} is not handled by this system`;
  return finding('ClassNotOurs', {
    message: `the Ingress requests passthrough, but ${reason}`,
    path: annotated ? annotationPath(CLASS_ANNOTATION) : 'spec.ingressClassName',
    ...(name === undefined ? {} : { value: name }),
  });
}

/**
 * Returns why an Ingress is not selected: its class or its annotation. A cluster is silent about such Ingresses; this
 * answers a question about one of them.
 *
 * @returns undefined if it has a class of ours, or none, and no annotation about passthrough at all.
 */
export function unselectedReason(
  ingress: K8sIngress,
  classes: readonly K8sIngressClass[],
  settings: JudgeSettings,
): Finding | undefined {
  const assumed = assumableClass(ingress, classes, settings);
  const known = assumed === undefined ? classes : [...classes, assumedClass(assumed)];
  const selection = selectIngress(ingress, known, settings);
  const ours = isOurs(ingress, known, settings);
  if (!ours && wouldBeSelected(ingress)) return classNotOurs(ingress, selection);
  return selection.findings[0] ?? nearMiss(ingress, ours, true);
}

function judgeOne(ingress: K8sIngress, classes: readonly K8sIngressClass[], settings: JudgeSettings): JudgedIngress {
  const assumed = assumableClass(ingress, classes, settings);
  const known = assumed === undefined ? classes : [...classes, assumedClass(assumed)];
  const selection = selectIngress(ingress, known, settings);
  if (selection.selected) {
    return { selection, findings: foreignAnnotations(ingress), ...(assumed === undefined ? {} : { assumed }) };
  }
  const ours = isOurs(ingress, known, settings);
  if (settings.partial && !ours && wouldBeSelected(ingress)) {
    return { selection, findings: [classNotOurs(ingress, selection)] };
  }
  const missed = nearMiss(ingress, ours, ours || settings.partial);
  return { selection, findings: missed === undefined ? [] : [missed] };
}

/**
 * Selects the Ingresses that are ours, and reports problems about which a cluster is silent. `nspass lint` and
 * `nspass local` both use it, so that they report the same.
 */
export function judge(
  ingresses: readonly K8sIngress[],
  classes: readonly K8sIngressClass[],
  settings: JudgeSettings,
): JudgedIngress[] {
  const judged = ingresses.map((ingress) => judgeOne(ingress, classes, settings));
  const redirected = new Map<string, K8sIngress>();
  for (const [index, ingress] of ingresses.entries()) {
    if (!judged[index]?.selection.selected) continue;
    for (const host of redirectedHosts(ingress)) redirected.set(host, ingress);
  }
  return judged.map((each, index) => {
    // For an Ingress that is ours, the rules report it.
    if (each.selection.selected || redirected.size === 0) return each;
    return {
      ...each,
      findings: [...each.findings, ...unansweredChallenges(ingresses[index] as K8sIngress, redirected)],
    };
  });
}
