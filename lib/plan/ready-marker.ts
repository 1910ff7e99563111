import type { LedgerRow } from '../ledger/index.ts';
import {
  CHALLENGES,
  isForChallenges,
  isNotFound,
  isWildcardReset,
  LISTENER,
  MANY_LABELS,
  READY_KEY,
  type Resource,
  redirectPortOf,
} from '../netscaler/index.ts';
import type { Frontend } from '../route/index.ts';

/** The decoded ready row: the whole front end was created. */
interface ReadyMarker {
  readonly kind: Frontend['kind'];
  /** Secure ports of its redirects. */
  readonly securePorts: number[];
  /** It was made for many-label wildcards. */
  readonly manyLabels: boolean;
  /** It was made for a listener (`http` only). */
  readonly listener: boolean;
  /** It was made for challenges (`http` only). */
  readonly challenges: boolean;
}

/** @returns undefined without the row, or where somebody wrote it by hand: then nothing is known to exist. */
export function readyMarker(rows: readonly LedgerRow[]): ReadyMarker | undefined {
  const value = rows.find((row) => row.key === READY_KEY)?.value;
  if (value === undefined) return undefined;
  const [kind = '', ...parts] = value.split(' ');
  if (kind !== 'tls' && kind !== 'http') return undefined;
  return {
    kind,
    securePorts: parts.map(Number).filter((port) => port > 0),
    manyLabels: kind === 'tls' && parts.includes(MANY_LABELS),
    listener: kind === 'http' && parts.includes(LISTENER),
    challenges: kind === 'http' && parts.includes(CHALLENGES),
  };
}

/** Returns the secure ports for which a front end has redirects, by its ready row and by the objects that were read. */
export function provisionedPorts(rows: readonly LedgerRow[], found: readonly Resource[] | undefined): number[] {
  const shown = (found ?? []).flatMap(({ id }) => redirectPortOf(String(id.name)) ?? []);
  return [...new Set([...(readyMarker(rows)?.securePorts ?? []), ...shown])];
}

/** Returns whether a front end was made for many-label wildcards, by its ready row or by the objects that were read. */
export function isMadeForManyLabels(rows: readonly LedgerRow[], found: readonly Resource[] | undefined): boolean {
  return readyMarker(rows)?.manyLabels === true || (found ?? []).some(({ id }) => isWildcardReset(String(id.name)));
}

/** Returns whether an `http` front end was made for a listener, by its ready row or by the objects that were read. */
export function isMadeForListener(rows: readonly LedgerRow[], found: readonly Resource[] | undefined): boolean {
  return readyMarker(rows)?.listener === true || (found ?? []).some(({ id }) => isNotFound(String(id.name)));
}

/** Returns whether an `http` front end was made for challenges, by its ready row or by the objects that were read. */
export function isMadeForChallenges(rows: readonly LedgerRow[], found: readonly Resource[] | undefined): boolean {
  const named = (found ?? []).some(({ id }) => isForChallenges(String(id.name ?? id.policyname)));
  return readyMarker(rows)?.challenges === true || named;
}
