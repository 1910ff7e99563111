import type { CaseResult, ReportHead } from '../lib/conformance/index.ts';
import { table } from './schema-docs.ts';

/** A run as `nspass conformance -o json` prints it. */
export interface ConformanceRun extends ReportHead {
  readonly summary: {
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
    readonly notApplicable: number;
  };
  readonly cases: readonly CaseResult[];
}

const code = (text: string): string => `\`${text}\``;

/** Makes a text of a report safe for a cell; `table` escapes the bars. */
const cell = (text: string): string => text.replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ');

/** Gathers cases by their reasons: reason → ids. */
const byReason = (cases: readonly CaseResult[], verdict: CaseResult['verdict']): [string, string[]][] => {
  const found = cases.flatMap((each) =>
    each.verdict === verdict && 'reason' in each ? [{ id: each.id, reason: each.reason }] : [],
  );
  return [...Map.groupBy(found, ({ reason }) => reason)].map(([reason, list]) => [reason, list.map(({ id }) => id)]);
};

function clientsOf({ clients }: ConformanceRun): string {
  return Object.entries(clients)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}

/** Counts the cases that a client ran; Node runs those that name no other. */
function perClient(run: ConformanceRun): string[][] {
  const of = (id: string): string => /^tls-(openssl|curl)-/.exec(id)?.[1] ?? 'node';
  return [...Map.groupBy(run.cases, ({ id }) => of(id))].map(([client, cases]) => {
    const count = (verdict: CaseResult['verdict']): string =>
      String(cases.filter((each) => each.verdict === verdict).length);
    const version = run.clients[client as keyof typeof run.clients] ?? 'not installed';
    return [run.target, client, version, count('passed'), count('failed'), count('skipped'), count('not applicable')];
  });
}

/** Returns the section of a page about runs: counts, clients, and by name all that failed or was not run. Pure. */
export function renderResults(runs: readonly ConformanceRun[], commit: string): string {
  const counts = runs.map(({ target, profile, date, summary: { passed, failed, skipped, notApplicable } }) => [
    target,
    code(profile),
    date.slice(0, 10),
    String(passed),
    String(failed),
    String(skipped),
    String(notApplicable),
  ]);
  const heads = ['passed', 'failed', 'skipped', 'not applicable'];
  const parts = [
    `Commit ${code(commit)}. Clients: ${[...new Set(runs.map(clientsOf))].join('; ')}.`,
    table(['target', 'profile', 'date', ...heads], counts),
    'By client:',
    table(['target', 'client', 'version', ...heads], runs.flatMap(perClient)),
  ];
  for (const run of runs) {
    const failed = run.cases.flatMap((each) => (each.verdict === 'failed' ? [each] : []));
    if (failed.length > 0) {
      parts.push(
        `Failed on ${run.target}:`,
        table(
          ['case', 'rules', 'at', 'what was seen'],
          failed.map(({ id, rules, step, reason }) => [code(id), rules.join(', '), cell(step), cell(reason)]),
        ),
      );
    }
    const left = (['skipped', 'not applicable'] as const).flatMap((verdict) =>
      byReason(run.cases, verdict).map(([reason, ids]) => [verdict, cell(reason), ids.map(code).join(', ')]),
    );
    if (left.length > 0) parts.push(`Not run on ${run.target}:`, table(['verdict', 'why', 'cases'], left));
  }
  return parts.join('\n\n');
}
