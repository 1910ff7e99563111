import { IDENTITY_PATTERN, type Owner } from '../contract/index.ts';
import { claimOrder } from './claims.ts';
import { joinFields, printable, SEPARATOR } from './fields.ts';
import { type LedgerRow, sortableTime, VERSION } from './rows.ts';

/**
 * An owner's request for a setting of a front end (CON-5): a row `=` of the front end's map for each attribute. So the
 * next oldest takes over when the oldest goes, as with hosts.
 */
export interface Setting {
  readonly attribute: string;
  readonly value: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly ownerKey: string;
  readonly owner: Owner;
}

export function encodeSetting({ attribute, value, created, ownerKey, owner }: Setting): LedgerRow {
  const fields = joinFields({ version: VERSION, cluster: owner.cluster, namespace: owner.namespace });
  return {
    key: `=${attribute}.${sortableTime(created)}.${ownerKey}`,
    // The value comes last, because it may contain the separator.
    value: `${fields}${SEPARATOR}${printable('value', value)}`,
    comment: printable('name', owner.name),
  };
}

const KEY = new RegExp(`^=([a-z0-9]+)\\.(\\d{10,15})\\.(${IDENTITY_PATTERN})$`);

/** @returns undefined for a row that is not a setting, or that this version cannot read. */
export function decodeSetting(row: LedgerRow): Setting | undefined {
  const match = KEY.exec(row.key);
  if (match === null) return undefined;
  const [version, cluster, namespace, ...value] = row.value.split(SEPARATOR);
  if (version !== VERSION || cluster === undefined || namespace === undefined) return undefined;
  return {
    attribute: match[1] as string,
    value: value.join(SEPARATOR),
    created: Number(match[2]),
    ownerKey: match[3] as string,
    owner: { cluster, namespace, name: row.comment },
  };
}

export function decodeSettings(rows: readonly LedgerRow[]): Setting[] {
  return rows.flatMap((row) => decodeSetting(row) ?? []);
}

/** Returns the oldest request for each attribute, by the order of claims (CON-1). */
export function effectiveSettings(settings: readonly Setting[]): Map<string, Setting> {
  const oldest = new Map<string, Setting>();
  for (const setting of [...settings].sort(claimOrder)) {
    if (!oldest.has(setting.attribute)) oldest.set(setting.attribute, setting);
  }
  return oldest;
}
