/** Result of one check: a line, and what to do where something is wrong. */
export interface DoctorCheck {
  readonly check: string;
  readonly result: 'ok' | 'failed' | 'unseen';
  readonly text: string;
  readonly remedy?: string;
}

/** Checks of one side of the system. */
export interface DoctorGroup {
  readonly group: 'appliance' | 'aws' | 'cluster';
  /** The appliance, the deployment or the API server. */
  readonly subject: string;
  /** Whether it answered, and accepted the credentials. */
  readonly reached: boolean;
  readonly checks: readonly DoctorCheck[];
}

export const ok = (check: string, text: string): DoctorCheck => ({ check, result: 'ok', text });

export const failed = (check: string, text: string, remedy: string): DoctorCheck => ({
  check,
  result: 'failed',
  text,
  remedy,
});

export const unseen = (check: string, text: string, remedy?: string): DoctorCheck => ({
  check,
  result: 'unseen',
  text,
  ...(remedy === undefined ? {} : { remedy }),
});

/**
 * Returns the exit status of the command:
 *
 * | status | groups |
 * |---|---|
 * | 0 | nothing is wrong |
 * | 1 | something is wrong |
 * | 3 | none was reached |
 */
export function exitStatus(groups: readonly DoctorGroup[]): 0 | 1 | 3 {
  if (groups.every(({ reached }) => !reached)) return 3;
  return groups.some(({ checks }) => checks.some(({ result }) => result === 'failed')) ? 1 : 0;
}

/** Names that one line holds; others are counted. */
export const MOST_NAMED = 3;
