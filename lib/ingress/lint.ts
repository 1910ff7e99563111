import type { Finding, IngressState } from '../contract/index.ts';
import { resolveBackends } from './backends.ts';
import { hostConflicts, type Linted, settingConflicts } from './conflicts.ts';
import { type JudgedIngress, judge } from './files.ts';
import { projectIngress } from './ingress-state.ts';
import { type InterpretRules, interpret } from './interpret.ts';
import type { K8sObject } from './kubernetes.ts';
import { VENDOR_CLASS } from './selection.ts';
import { byText } from './shape.ts';
import { objectView } from './view.ts';

/** Where a field begins and ends, beside its line. 1-based; columns count UTF-16 code units. */
export interface Columns {
  readonly column: number;
  /** The place behind the last character; absent for a mapping or list, which may go on for pages. */
  readonly end?: { readonly line: number; readonly column: number };
}

/** An object with the place that it was read from. */
export interface LintedObject {
  readonly object: K8sObject;
  readonly file: string;
  /** 1-based line of a field: `spec.rules[0].host`; of what is nearest around it where it is not written. */
  lineOf(path: string): number;
  /** Columns of what `lineOf` gives the line of; undefined, or absent, where only the line is known. */
  columnsOf?(path: string): Columns | undefined;
}

export interface LintSettings {
  /** What the appliance allows. */
  readonly rules: InterpretRules;
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
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  readonly message: string;
  readonly remedy: string;
}

export interface LintResult {
  readonly findings: readonly LintFinding[];
  /** How many Ingresses ask for passthrough. */
  readonly ingresses: number;
  /** Classes that are not among the files and were taken for ours, lower-cased. */
  readonly assumed: readonly string[];
}

/** The finding of an object, at the place that its path names. */
export function locate(found: Finding, source: LintedObject): LintFinding {
  const { namespace, name } = source.object.metadata;
  const { code, severity, message, remedy = '' } = found;
  const path = found.path ?? '';
  const columns = source.columnsOf?.(path);
  return {
    code,
    severity,
    namespace,
    name,
    file: source.file,
    line: source.lineOf(path),
    ...(columns === undefined ? {} : { column: columns.column }),
    ...(columns?.end === undefined ? {} : { endLine: columns.end.line, endColumn: columns.end.column }),
    message,
    remedy,
  };
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
  const linted: Linted<LintFinding>[] = [];
  const findings: LintFinding[] = [];
  const assumed = new Set<string>();
  const candidates = sources.flatMap((source) =>
    source.object.kind === 'Ingress' ? [{ source, ingress: source.object }] : [],
  );
  const judged = judge(
    candidates.map(({ ingress }) => ingress),
    classes,
    settings,
  );
  for (const [index, { source, ingress }] of candidates.entries()) {
    const { selection, findings: remarks, assumed: className } = judged[index] as JudgedIngress;
    // Whoever names classes knows that there are others.
    const told = settings.classNames.length === 0 ? remarks : remarks.filter(({ code }) => code !== 'ClassNotOurs');
    findings.push(...[...selection.findings, ...told].map((found) => locate(found, source)));
    if (className !== undefined && className !== VENDOR_CLASS) assumed.add(className);
    if (!selection.selected) continue;
    const backends = resolveBackends(ingress, view, { nodeAddressType: 'InternalIP', podAddressesForNodePort: false });
    const state = projectIngress(ingress, selection, backends);
    const rules = { ...settings.rules, mostFindings: Number.POSITIVE_INFINITY };
    const { routes, findings: found } = interpret('lint', state, rules);
    const kept = settings.partial ? found.flatMap((each) => soften(each, state, withSlices)) : found;
    findings.push(...kept.map((each) => locate(each, source)));
    linted.push({ state, routes, locate: (each) => locate(each, source) });
  }
  return {
    findings: inOrder([...findings, ...hostConflicts(linted), ...settingConflicts(linted)]),
    ingresses: linted.length,
    assumed: [...assumed].sort(byText),
  };
}
