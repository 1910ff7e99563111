import type { WorkRequested } from '../contract/index.ts';
import type { NitroRow } from '../nitro/index.ts';
import type { AuditSettings } from './audit-settings.ts';
import type { AuditFinding } from './findings.ts';
import type { AuditState } from './state.ts';

/**
 * Returns the seconds since the last unsaved change, by the appliance's own clock: ours may differ.
 *
 * @param config the row of `nsconfig`.
 * @param now milliseconds since the epoch, used when the row has no clock.
 * @returns undefined when everything is saved.
 */
export function unsavedSeconds(config: NitroRow | undefined, now: number): number | 'unknown' | undefined {
  if (String(config?.configchanged).toLowerCase() !== 'true') return undefined;
  const applianceNow = Date.parse(String(config?.currentsytemtime ?? '')) || now;
  const last = Date.parse(String(config?.lastconfigchangedtime ?? ''));
  return Number.isNaN(last) ? 'unknown' : Math.max(0, Math.floor((applianceNow - last) / 1000));
}

/** The facts that decide which work is due. */
export interface WorkFacts {
  /** The row of `nsconfig`. */
  readonly config: NitroRow | undefined;
  readonly ledgers: AuditState['ledgers'];
  readonly findings: readonly AuditFinding[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Returns the work that is due: a save when the last change is older than the debounce (LIF-9), and a clean-up of back
 * ends whose drain time is over and of host rows that no event of an Ingress removes.
 */
export function workDue(
  { appliance, saveAfterSeconds, clusters }: Pick<AuditSettings, 'appliance' | 'saveAfterSeconds' | 'clusters'>,
  { config, ledgers, findings, now }: WorkFacts,
): WorkRequested[] {
  const requests: WorkRequested[] = [];
  const age = unsavedSeconds(config, now);
  if (saveAfterSeconds !== 'never' && age !== undefined && (age === 'unknown' || age >= saveAfterSeconds)) {
    const text = age === 'unknown' ? 'of unknown age' : `${age} s old`;
    requests.push({ appliance, work: 'save', reason: `the last change is ${text} and not saved` });
  }
  const due = [...ledgers.values()]
    .flatMap(({ retired }) => retired)
    .filter((each) => each.due <= Math.floor(now / 1000));
  const unclaimed = unclaimedRows(findings, clusters);
  if (due.length > 0 || unclaimed.length > 0) {
    const reasons = [
      ...(due.length > 0 ? [`the drain time of ${due.length} back ends is over`] : []),
      ...(unclaimed.length > 0 ? [`${unclaimed.length} host rows have no claim`] : []),
    ];
    requests.push({
      appliance,
      work: 'clean-up',
      reason: reasons.join('; '),
      ...(unclaimed.length === 0 ? {} : { unclaimed }),
    });
  }
  return requests;
}

/** Most rows in one request: the next audit finds the rest. */
const MOST_ROWS = 200;

/** Returns the host rows that no event repairs, because their owner belongs to none of these clusters. */
function unclaimedRows(
  findings: readonly AuditFinding[],
  clusters: readonly string[],
): NonNullable<WorkRequested['unclaimed']> {
  return findings
    .filter(
      ({ code, owners }) => code === 'HostUnexplained' && !owners.some(({ cluster }) => clusters.includes(cluster)),
    )
    .slice(0, MOST_ROWS)
    .map(({ object }) => {
      const [, map = '', ...host] = object.split(' ');
      return { map, host: host.join(' ') };
    });
}
