import type { WorkRequested } from '../contract/index.ts';
import { decodeRetired } from '../ledger/index.ts';
import { namesOf } from '../netscaler/index.ts';
import { type NitroReader, readMap } from '../nitro/index.ts';

export interface AuditSettings {
  readonly appliance: string;
  readonly systemId: string;
  readonly saveAfterSeconds: number | 'never';
}

/** What a look at an appliance found, and what it asks for. It writes nothing: rule 10. */
export interface AuditReport {
  readonly requests: readonly WorkRequested[];
  /** Seconds since the oldest change that is not saved; 0 where all is. */
  readonly unsavedSeconds: number;
}

/**
 * Looks at one appliance, and asks for what is due: a save when the last change is older than the debounce (LIF-9),
 * and the removal of back ends whose drain time is over.
 *
 * @param now milliseconds since the epoch.
 */
export async function audit(reader: NitroReader, settings: AuditSettings, now: number): Promise<AuditReport> {
  const requests: WorkRequested[] = [];
  const [config] = await reader.rows('nsconfig');
  const changed = isTrue(config?.configchanged);
  // The appliance's own clock: ours may differ.
  const applianceNow = Date.parse(String(config?.currentsytemtime ?? config?.systemtime ?? '')) || now;
  const last = Date.parse(String(config?.lastconfigchangedtime ?? ''));
  const unsavedSeconds = changed && !Number.isNaN(last) ? Math.max(0, Math.floor((applianceNow - last) / 1000)) : 0;
  const { appliance, saveAfterSeconds } = settings;
  if (changed && saveAfterSeconds !== 'never' && (Number.isNaN(last) || unsavedSeconds >= saveAfterSeconds)) {
    requests.push({ appliance, work: 'save', reason: `the last change is ${unsavedSeconds} s old and not saved` });
  }
  const due = await countDue(reader, settings.systemId, Math.floor(now / 1000));
  if (due > 0) requests.push({ appliance, work: 'clean-up', reason: `the drain time of ${due} back ends is over` });
  return { requests, unsavedSeconds };
}

const isTrue = (value: unknown): boolean => value === true || String(value).toLowerCase() === 'true';

async function countDue(reader: NitroReader, systemId: string, now: number): Promise<number> {
  const { ledgerMap } = namesOf(systemId);
  // The ledgers of all clusters begin alike.
  const maps = await reader.rows('policystringmap', { filter: { name: `/^${ledgerMap('').slice(0, -26)}/` } });
  let due = 0;
  for (const { name } of maps) {
    const rows = await readMap(reader, String(name), { key: '/^R\\./' });
    due += rows.flatMap((row) => decodeRetired(row) ?? []).filter((retired) => retired.due <= now).length;
  }
  return due;
}
