import type { Owner } from '../contract/index.ts';
import { claimOrder } from './claims.ts';
import { joinFields, printable, SEPARATOR } from './fields.ts';
import type { LedgerRow } from './rows.ts';

/**
 * Wishes for a front end's settings (CON-5): a row of its map for each attribute that an owner asks for, so that the
 * next in age takes over when the oldest goes, as with hosts.
 */
export interface Setting {
  readonly attribute: string;
  readonly value: string;
  readonly created: number;
  readonly ownerKey: string;
  readonly owner: Owner;
}

const VERSION = '1';

export function encodeSetting({ attribute, value, created, ownerKey, owner }: Setting): LedgerRow {
  return {
    key: `=${attribute}.${String(created).padStart(10, '0')}.${ownerKey}`,
    // The value comes last: it may have the separator.
    value: `${joinFields({ version: VERSION, cluster: owner.cluster, namespace: owner.namespace })}${SEPARATOR}${printable('value', value)}`,
    comment: printable('name', owner.name),
  };
}

export function decodeSetting(row: LedgerRow): Setting | undefined {
  const match = /^=([a-z0-9]+)\.(\d{10,})\.([a-z2-7]{26})$/.exec(row.key);
  const [version, cluster, namespace, ...value] = row.value.split(SEPARATOR);
  if (match === null || version !== VERSION || cluster === undefined || namespace === undefined) return undefined;
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

/** The oldest wish for each attribute, by the order of claims (CON-1). */
export function settledSettings(settings: readonly Setting[]): Map<string, Setting> {
  const oldest = new Map<string, Setting>();
  for (const setting of [...settings].sort(claimOrder)) {
    if (!oldest.has(setting.attribute)) oldest.set(setting.attribute, setting);
  }
  return oldest;
}
