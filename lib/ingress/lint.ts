import { compareText, type Finding, type IngressState, isLabel } from '../contract/index.ts';
import { hostConflicts, type LintedIngress, settingConflicts } from './conflicts.ts';
import { quote } from './finding.ts';
import { type InterpretRules, interpret } from './interpret.ts';
import type { K8sObject } from './kubernetes.ts';
import type { LintFinding } from './lint-finding.ts';
import { VENDOR_CLASS } from './selection.ts';
import { stateIngresses } from './states.ts';
import { servicesWithSlices } from './view.ts';

/** Columns of a field, 1-based, in UTF-16 code units. */
export interface Columns {
  readonly column: number;
  /** The place behind the last character; absent for a mapping or list, which may go on for pages. */
  readonly end?: { readonly line: number; readonly column: number };
}

/** An object with its source file. */
export interface LocatedIn<T> {
  readonly object: T;
  readonly file: string;
  /** Returns the 1-based line of a field (`spec.rules[0].host`), or of the nearest field around an absent one. */
  lineOf(path: string): number;
  /** Columns of what `lineOf` gives the line of; undefined, or absent, where only the line is known. */
  columnsOf?(path: string): Columns | undefined;
}

export type LintedObject = LocatedIn<K8sObject>;

/** The name of an object, as findings have it. */
interface NamedObject {
  readonly metadata: { readonly namespace: string; readonly name: string };
}

export interface LintSettings {
  /** Rules of the appliance. */
  readonly rules: InterpretRules;
  /** Configured class names; see {@link selectIngress}. */
  readonly classNames: readonly string[];
  /** The objects come from files, which are rarely the whole cluster: a missing object may exist. */
  readonly partial: boolean;
}

interface LintResult {
  readonly findings: readonly LintFinding[];
  /** Number of Ingresses that request passthrough. */
  readonly ingresses: number;
  /** Classes in lower case that the files lack and that are assumed to be ours. */
  readonly assumed: readonly string[];
}

/** Adds the object and the line of its path to a finding. */
export function locate(found: Finding, source: LocatedIn<NamedObject>): LintFinding {
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

/** Drops or weakens a finding about a missing object, because files are rarely the whole cluster. */
function soften(found: Finding, state: IngressState, withSlices: ReadonlySet<string>): Finding[] {
  if (found.code === 'ServiceNotFound') {
    // A name that no Service can have is missing from the cluster, too.
    const { value = '' } = found;
    const message = isLabel(value) ? `Service ${quote(value)} is not among the files` : found.message;
    return [{ ...found, severity: 'warning', message }];
  }
  if (found.code !== 'NoEndpoints') return [found];
  const [service] = String(found.value).split(':');
  return withSlices.has(`${state.namespace}/${service}`) ? [found] : [];
}

/** Sorts findings by file and line. */
export function inOrder(findings: readonly LintFinding[]): LintFinding[] {
  return [...findings].sort(
    (a, b) =>
      compareText(a.file, b.file) ||
      a.line - b.line ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
}

/** Applies all rules to the Ingresses among the objects, and returns the problems of each with their lines. */
export function lint(sources: readonly LintedObject[], settings: LintSettings): LintResult {
  const objects = sources.map(({ object }) => object);
  const withSlices = servicesWithSlices(objects);
  const linted: LintedIngress<LintFinding>[] = [];
  const findings: LintFinding[] = [];
  const assumed = new Set<string>();
  const ofIngresses = sources.filter(({ object }) => object.kind === 'Ingress');
  for (const [index, { judged, state }] of stateIngresses(objects, settings).entries()) {
    const source = ofIngresses[index] as LintedObject;
    const { selection, findings: judgements, assumed: className } = judged;
    // A user who names classes knows that there are others.
    const reported =
      settings.classNames.length === 0 ? judgements : judgements.filter(({ code }) => code !== 'ClassNotOurs');
    findings.push(...[...selection.findings, ...reported].map((found) => locate(found, source)));
    if (className !== undefined && className !== VENDOR_CLASS) assumed.add(className);
    if (state === undefined) continue;
    const rules = { ...settings.rules, mostFindings: Number.POSITIVE_INFINITY };
    const { routes, findings: found } = interpret('lint', state, rules);
    const kept = settings.partial ? found.flatMap((each) => soften(each, state, withSlices)) : found;
    findings.push(...kept.map((each) => locate(each, source)));
    linted.push({ state, routes, locate: (each) => locate(each, source) });
  }
  return {
    findings: inOrder([...findings, ...hostConflicts(linted), ...settingConflicts(linted)]),
    ingresses: linted.length,
    assumed: [...assumed].sort(compareText),
  };
}
