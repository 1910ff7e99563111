import type { explain } from '../contract/index.ts';
import { type ApplianceConfig, AppliancesConfig } from './appliances.ts';
import { type ConfigProblem, problemsOf } from './checks.ts';

/** The content of `appliances.yml`, and everything that is wrong with it. */
export interface CheckedAppliances {
  /** Undefined if the schema refuses the content. */
  readonly appliances: ApplianceConfig[] | undefined;
  readonly problems: readonly ConfigProblem[];
}

/** Checks the content of `appliances.yml` by the schema, and then by the rules beyond it. */
export function checkAppliances(content: unknown): CheckedAppliances {
  const parsed = AppliancesConfig.safeParse(content);
  if (!parsed.success) return { appliances: undefined, problems: parsed.error.issues.flatMap(problemsOfIssue) };
  const { appliances } = parsed.data;
  return { appliances, problems: problemsOf(appliances) };
}

type Issue = Parameters<typeof explain>[0]['issues'][number];

/** Maps an issue of the schema; the position of an unknown key is that of the key, not of its object. */
function problemsOfIssue(issue: Issue): ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'unknown key' }));
  }
  return [{ path: issue.path, message: issue.message.endsWith('received undefined') ? 'is missing' : issue.message }];
}
