import type { Finding } from '../contract/index.ts';
import { annotationPath, CLASS_ANNOTATION } from './annotations.ts';
import { redirectedHosts, unanswered } from './challenge.ts';
import { finding, quote } from './finding.ts';
import type { K8sIngress, K8sIngressClass } from './kubernetes.ts';
import { foreignAnnotations, nearMiss } from './near-miss.ts';
import { CONTROLLER, isOurs, type Selection, selectIngress } from './selection.ts';
import { record, text } from './shape.ts';

export interface JudgeSettings {
  /** Configured class names; see `selectIngress`. */
  readonly classNames: readonly string[];
  /** The objects are files, rarely the whole cluster. */
  readonly partial: boolean;
}

/** What is to be said of one Ingress before its rules are looked at. */
export interface JudgedIngress {
  readonly selection: Selection;
  /** The class, lower-cased, where it is not among the files and is taken for ours. */
  readonly assumed?: string;
  /** Remarks that a cluster would not make: the selection's own are not among them. */
  readonly findings: readonly Finding[];
}

/** Classes that everybody knows for another controller's, with or without their object among the files. */
const OTHERS = new Set(
  'alb application-gateway apisix azure-application-gateway azure/application-gateway caddy cilium cloudflare-tunnel contour gce gce-internal haproxy higress istio kong nginx nginx-internal nlb openshift-default skipper tailscale traefik voyager webapprouting.kubernetes.azure.com'.split(
    ' ',
  ),
);

const classOf = (ingress: K8sIngress): string | undefined =>
  (
    text(record(record(ingress.metadata).annotations)[CLASS_ANNOTATION]) || text(record(ingress.spec).ingressClassName)
  )?.toLowerCase();

/** The class that stands in for one that is not among the files: the annotation for passthrough is the vendor's. */
export function assumedClass(name: string): K8sIngressClass {
  return { kind: 'IngressClass', metadata: { name, namespace: '' }, spec: { controller: CONTROLLER } };
}

/** The class of an Ingress, where it is not among the files and may well be ours. */
function assumable(ingress: K8sIngress, classes: readonly K8sIngressClass[], settings: JudgeSettings) {
  const name = classOf(ingress);
  if (!settings.partial || name === undefined || name === '') return undefined;
  const named = settings.classNames.some((each) => each.toLowerCase() === name);
  if (OTHERS.has(name) && !named) return undefined;
  return classes.some(({ metadata }) => text(record(metadata).name)?.toLowerCase() === name) ? undefined : name;
}

const ANY_CLASS = 'any';

/** Whether it would be ours if its class were. */
function wouldBeSelected(ingress: K8sIngress): boolean {
  const { [CLASS_ANNOTATION]: _class, ...annotations } = ingress.metadata.annotations ?? {};
  const classed: K8sIngress = {
    ...ingress,
    metadata: { ...ingress.metadata, annotations },
    spec: { ...ingress.spec, ingressClassName: ANY_CLASS },
  };
  return selectIngress(classed, [assumedClass(ANY_CLASS)], { classNames: [] }).selected;
}

/** Says that passthrough is asked for, and the class is another's: in a folder mostly a mistake (SEL-2). */
function classNotOurs(ingress: K8sIngress, { class: name }: Selection): Finding {
  const annotated = text(record(record(ingress.metadata).annotations)[CLASS_ANNOTATION]);
  const reason = name === undefined ? 'it has no class' : `its class ${quote(name)} is not handled by this system`;
  return finding('ClassNotOurs', {
    message: `the Ingress requests passthrough, but ${reason}`,
    path: annotated ? annotationPath(CLASS_ANNOTATION) : 'spec.ingressClassName',
    ...(name === undefined ? {} : { value: name }),
  });
}

function judgeOne(ingress: K8sIngress, classes: readonly K8sIngressClass[], settings: JudgeSettings): JudgedIngress {
  const assumed = assumable(ingress, classes, settings);
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
 * Judges all Ingresses that there are: which are ours, and what should be said although the cluster says nothing. The
 * one place for `nspass lint` and `nspass local`, so that both say the same.
 */
export function judge(
  ingresses: readonly K8sIngress[],
  classes: readonly K8sIngressClass[],
  settings: JudgeSettings,
): JudgedIngress[] {
  const judged = ingresses.map((ingress) => judgeOne(ingress, classes, settings));
  const redirected = new Map<string, string>();
  for (const [index, ingress] of ingresses.entries()) {
    if (!judged[index]?.selection.selected) continue;
    const { namespace, name } = ingress.metadata;
    for (const host of redirectedHosts(ingress)) redirected.set(host, `${namespace}/${name}`);
  }
  return judged.map((each, index) => {
    // Of an Ingress that is ours, the rules say it themselves.
    if (each.selection.selected || redirected.size === 0) return each;
    return { ...each, findings: [...each.findings, ...unanswered(ingresses[index] as K8sIngress, redirected)] };
  });
}
