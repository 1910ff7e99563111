import type { WorkRequested } from '../contract/index.ts';
import type { NitroRow } from '../nitro/index.ts';
import type { AuditSettings } from './audit.ts';
import type { AuditFinding } from './findings.ts';
import type { AuditState } from './state.ts';

/**
 * Seconds since the last change that is not saved. By the appliance's own clock: ours may differ.
 *
 * @param config the row of `nsconfig`. @param now milliseconds since the epoch, where it has no clock.
 * @returns undefined where all is saved.
 */
export function unsavedSeconds(config: NitroRow | undefined, now: number): number | 'unknown' | undefined {
  if (String(config?.configchanged).toLowerCase() !== 'true') return undefined;
  const applianceNow = Date.parse(String(config?.currentsytemtime ?? '')) || now;
  const last = Date.parse(String(config?.lastconfigchangedtime ?? ''));
  return Number.isNaN(last) ? 'unknown' : Math.max(0, Math.floor((applianceNow - last) / 1000));
}

/**
 * The work that is due: a save when the last change is older than the debounce (LIF-9), and the removal of back ends
 * whose drain time is over, and of rows of hosts that no Ingress's event would remove.
 *
 * @param now milliseconds since the epoch.
 */
export function workDue(
  { appliance, saveAfterSeconds, clusters }: Pick<AuditSettings, 'appliance' | 'saveAfterSeconds' | 'clusters'>,
  config: NitroRow | undefined,
  { ledgers }: AuditState,
  findings: readonly AuditFinding[],
  now: number,
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
  const unclaimed = rowsOfNobody(findings, clusters);
  if (due.length > 0 || unclaimed.length > 0) {
    const reasons = [
      ...(due.length > 0 ? [`the drain time of ${due.length} back ends is over`] : []),
      ...(unclaimed.length > 0 ? [`${unclaimed.length} hosts have a row and nobody claims them`] : []),
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

/** Rows in one request at most: the next look finds the rest. */
const MOST_ROWS = 200;

/** Rows of hosts of which none of these clusters can be asked. */
function rowsOfNobody(
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
