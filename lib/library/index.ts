import type { LintFinding } from '../ingress/lint-finding.ts';
import { judgeLint } from './lint-judge.ts';
import { type JudgedSources, mergeSources, readSource } from './lint-source.ts';
import { clusterOf, ignoredCodes, rulesOf, textsOf } from './options.ts';
import { OptionsError } from './options-error.ts';
import { planJson, planManifests } from './plan-judge.ts';
import type { LintOptions, ManifestFiles, PlanJson, PlanOptions } from './types.ts';

export type { LintFinding } from '../ingress/lint-finding.ts';
export type { RouteChange, WaitingClaim } from '../preview/route-change.ts';
export { OptionsError } from './options-error.ts';
export type { LintOptions, ManifestFiles, PlanJson, PlannedObject, PlanOptions, RulesOptions } from './types.ts';

/** Reads files. They are rarely the whole cluster: a missing object may exist. */
function sourcesOf(files: ManifestFiles): JudgedSources {
  return { ...mergeSources(textsOf(files).map(([name, text]) => readSource(text, name))), partial: true };
}

/**
 * Checks manifests, as `nspass lint` does. Text that cannot be read becomes findings, and never an error. Nothing is read
 * or written outside of the arguments.
 *
 * @param files name of each file → its text, YAML or JSON. Objects of one file may refer to those of others.
 * @returns findings by file and line, as `nspass lint --format json` prints them; empty if nothing is wrong.
 * @throws {OptionsError} if the options cannot be used as given.
 * @example
 * const findings = lint({ 'shop.yaml': readFileSync('shop.yaml', 'utf8') });
 * const errors = findings.filter(({ severity }) => severity === 'error');
 */
export function lint(files: ManifestFiles, options: LintOptions = {}): LintFinding[] {
  const { classNames = [] } = options;
  const rules = rulesOf(options);
  const { findings } = judgeLint(sourcesOf(files), {
    rules,
    classNames,
    ignored: ignoreOf(options),
  });
  return [...findings];
}

function ignoreOf({ ignore = [] }: LintOptions): ReadonlySet<string> {
  try {
    return ignoredCodes(ignore);
  } catch (error) {
    throw new OptionsError(`ignore: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Compares two sets of manifests, as `nspass plan --base` does: which hosts would be routed otherwise. Nothing is read or
 * written outside of the arguments.
 *
 * @param base files as they are now.
 * @param next files as they would be.
 * @returns the changes, as `nspass plan -o json` prints them; `findings` are those about `next`.
 * @throws {OptionsError} if the options cannot be used as given.
 * @example
 * const { summary, routes } = plan({ 'shop.yaml': before }, { 'shop.yaml': after });
 */
export function plan(base: ManifestFiles, next: ManifestFiles, options: PlanOptions = {}): PlanJson {
  const { classNames = [] } = options;
  const cluster = clusterOf(options.cluster);
  return planJson(planManifests(cluster, sourcesOf(base), sourcesOf(next), classNames, rulesOf(options)));
}
