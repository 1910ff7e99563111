import { digest, IDENTITY_PATTERN, type Owner } from '../contract/index.ts';
import { joinFields, printable, SEPARATOR, wholeNumber } from './fields.ts';
import { type LedgerRow, VERSION } from './rows.ts';

/** A back end that drains: row `R`. */
export interface Retired {
  readonly ownerKey: string;
  readonly owner: Owner;
  /** Name of its objects. */
  readonly backend: string;
  /** Seconds since the epoch from which it may be removed. */
  readonly due: number;
}

const DIGEST_LENGTH = 8;
const KEY = new RegExp(`^R\\.(${IDENTITY_PATTERN})-[a-z2-7]{${DIGEST_LENGTH}}$`);

export function encodeRetired({ ownerKey, owner, backend, due }: Retired): LedgerRow {
  return {
    key: `R.${ownerKey}-${digest(backend, DIGEST_LENGTH)}`,
    value: joinFields({ version: VERSION, due, backend, cluster: owner.cluster, namespace: owner.namespace }),
    comment: printable('name', owner.name),
  };
}

/** @returns undefined for a row that this version cannot read. */
export function decodeRetired(row: LedgerRow): Retired | undefined {
  const match = KEY.exec(row.key);
  if (match === null) return undefined;
  const [version, due, backend, cluster, namespace] = row.value.split(SEPARATOR);
  const number = wholeNumber(due);
  if (number === undefined) return undefined;
  if (version !== VERSION || backend === undefined || namespace === undefined) return undefined;
  return {
    ownerKey: match[1] as string,
    owner: { cluster: cluster ?? '', namespace, name: row.comment },
    backend,
    due: number,
  };
}
