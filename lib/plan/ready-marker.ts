import type { LedgerRow } from '../ledger/index.ts';
import { READY_KEY, type Resource, redirectPortOf } from '../netscaler/index.ts';
import type { Frontend } from '../route/index.ts';

/** The decoded ready row: the whole front end was created. */
export interface ReadyMarker {
  readonly kind: Frontend['kind'];
  /** Secure ports of its redirects. */
  readonly securePorts: number[];
}

/** @returns undefined without the row, or where somebody wrote it by hand: then nothing is known to exist. */
export function readyMarker(rows: readonly LedgerRow[]): ReadyMarker | undefined {
  const value = rows.find((row) => row.key === READY_KEY)?.value;
  if (value === undefined) return undefined;
  const [kind = '', ...ports] = value.split(' ');
  if (kind !== 'tls' && kind !== 'http') return undefined;
  return { kind, securePorts: ports.map(Number).filter((port) => port > 0) };
}

/** Returns the secure ports for which a front end has redirects, by its ready row and by the objects that were read. */
export function provisionedPorts(rows: readonly LedgerRow[], found: readonly Resource[] | undefined): number[] {
  const shown = (found ?? []).flatMap(({ id }) => redirectPortOf(String(id.name)) ?? []);
  return [...new Set([...(readyMarker(rows)?.securePorts ?? []), ...shown])];
}
