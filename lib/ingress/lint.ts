import type { Finding, IngressState } from '../contract/index.ts';
import { frontEndKey, type RouteSet } from '../route/index.ts';
import { CLASS_ANNOTATION } from './annotations.ts';
import { resolveBackends } from './backends.ts';
import { finding, quote } from './finding.ts';
import { foldHost } from './host.ts';
import { interpret, type Rules } from './interpret.ts';
import type { K8sIngress, K8sIngressClass, K8sObject } from './kubernetes.ts';
import { projectIngress } from './project.ts';
import { CONTROLLER, selectIngress } from './selection.ts';
import { byText } from './shape.ts';
import { objectView } from './view.ts';

/** An object with the place that it was read from. */
export interface LintedObject {
  readonly object: K8sObject;
  readonly file: string;
  /** 1-based line of a field: `spec.rules[0].host`; of what is nearest around it where it is not written. */
  lineOf(path: string): number;
}

export interface LintSettings {
  /** What the appliance allows. */
  readonly rules: Rules;
  /** Configured class names; see `selectIngress`. */
  readonly classNames: readonly string[];
  /** The objects are files, rarely the whole cluster: what is not among them may well exist. */
  readonly partial: boolean;
}

/** A finding at its place. */
export interface LintFinding {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly namespace: string;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly message: string;
  readonly remedy: string;
}

export interface LintResult {
  readonly findings: readonly LintFinding[];
  /** How many Ingresses ask for passthrough. */
  readonly ingresses: number;
}

/** One Ingress that was interpreted. */
interface Linted {
  readonly source: LintedObject;
  readonly state: IngressState;
  readonly routes: RouteSet;
}

/** The finding of an object, at the place that its path names. */
export function locate(found: Finding, source: LintedObject): LintFinding {
  const { namespace, name } = source.object.metadata;
  const { code, severity, message, remedy = '' } = found;
  return { code, severity, namespace, name, file: source.file, line: source.lineOf(found.path ?? ''), message, remedy };
}

/** In files, a class that is not among them is taken for ours: the annotation for passthrough is the vendor's. */
function assumedClasses(ingress: K8sIngress, classes: readonly K8sIngressClass[]): readonly K8sIngressClass[] {
  const name = ingress.metadata.annotations?.[CLASS_ANNOTATION] ?? ingress.spec.ingressClassName;
  if (name === undefined || classes.some(({ metadata }) => metadata.name.toLowerCase() === name.toLowerCase())) {
    return classes;
  }
  return [...classes, { kind: 'IngressClass', metadata: { name, namespace: '' }, spec: { controller: CONTROLLER } }];
}

/** What files cannot know is no finding, or a warning. */
function soften(found: Finding, state: IngressState, withSlices: ReadonlySet<string>): Finding[] {
  if (found.code === 'ServiceNotFound') {
    const message = `${found.message} among the files`;
    return [{ ...found, severity: 'warning', message }];
  }
  if (found.code !== 'NoEndpoints') return [found];
  const [service] = String(found.value).split(':');
  return withSlices.has(`${state.namespace}/${service}`) ? [found] : [];
}

/** The Ingresses that lose a host to another one (CON-1): the holder is the oldest, then the smaller by name. */
function conflicts(linted: readonly Linted[]): LintFinding[] {
  const qualified = ({ state }: Linted): string => `${state.namespace}/${state.name}`;
  const byAge = [...linted].sort((a, b) => a.state.created - b.state.created || byText(qualified(a), qualified(b)));
  const holders = new Map<string, Linted>();
  const findings: LintFinding[] = [];
  for (const entry of byAge) {
    for (const { kind, frontEnd, host } of entry.routes.routes) {
      if (kind !== 'passthrough') continue;
      const key = `${frontEndKey(frontEnd)} ${host}`;
      const holder = holders.get(key) ?? entry;
      holders.set(key, holder);
      if (qualified(holder) === qualified(entry)) continue;
      const index = entry.state.rules.findIndex((rule) => rule.host !== undefined && foldHost(rule.host) === host);
      const message = `${quote(host)} on ${frontEnd.vip}, port ${frontEnd.port}, is held by ${qualified(holder)}`;
      findings.push(
        locate(finding('HostConflict', { message, path: `spec.rules[${index}].host`, value: host }), entry.source),
      );
    }
  }
  return findings;
}

/** Findings in the order of files and lines. */
export function inOrder(findings: readonly LintFinding[]): LintFinding[] {
  return [...findings].sort(
    (a, b) => byText(a.file, b.file) || a.line - b.line || byText(a.code, b.code) || byText(a.message, b.message),
  );
}

/** Applies all rules to the Ingresses among some objects, and says what is wrong with each, and where. */
export function lint(sources: readonly LintedObject[], settings: LintSettings): LintResult {
  const objects = sources.map(({ object }) => object);
  const view = objectView(objects);
  const classes = [...view.ingressClasses()];
  const withSlices = new Set(
    objects.flatMap(({ kind, metadata }) =>
      kind === 'EndpointSlice' ? [`${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name']}`] : [],
    ),
  );
  const linted: Linted[] = [];
  const findings: LintFinding[] = [];
  for (const source of sources) {
    const ingress = source.object;
    if (ingress.kind !== 'Ingress') continue;
    const known = settings.partial ? assumedClasses(ingress, classes) : classes;
    const selection = selectIngress(ingress, known, settings);
    findings.push(...selection.findings.map((found) => locate(found, source)));
    if (!selection.selected) continue;
    const backends = resolveBackends(ingress, view, { nodeAddressType: 'InternalIP', podAddressesForNodePort: false });
    const state = projectIngress(ingress, selection, backends);
    const { routes, findings: found } = interpret('lint', state, settings.rules);
    const kept = settings.partial ? found.flatMap((each) => soften(each, state, withSlices)) : found;
    findings.push(...kept.map((each) => locate(each, source)));
    linted.push({ source, state, routes });
  }
  return { findings: inOrder([...findings, ...conflicts(linted)]), ingresses: linted.length };
}
