import {
  CHALLENGES_CLAIMS,
  type Claim,
  decodeClaims,
  isListenerClaim,
  type LedgerRow,
  LISTENER_CLAIMS,
  letsChallengesThrough,
  MANY_LABEL_CLAIMS,
  redirectClaims,
  securePortOf,
} from '../../ledger/index.ts';
import { type Names, parseMark } from '../../netscaler/index.ts';
import { type Frontend, frontendKey } from '../../route/index.ts';
import { anyOf } from '../path.ts';
import type { NitroReader } from '../ports.ts';
import type { InventoryContext } from './rows.ts';

/** Names in one filter. */
const AT_ONCE = 10;

/** Reads every front end of the system, by the marks of their maps. */
export async function readAllFrontends(reader: NitroReader, { system }: InventoryContext): Promise<Frontend[]> {
  const maps = await reader.rows('policystringmap', { filter: { name: `/^${system}_f_/` } });
  return maps.flatMap((row) => parseMark(row.comment)?.frontend ?? []);
}

/** Reads the front ends of the system at the addresses and ports of these, by the marks of their maps: of either kind. */
export async function readFrontendsThere(
  reader: NitroReader,
  { names }: InventoryContext,
  frontends: readonly Frontend[],
): Promise<Frontend[]> {
  const existing: Frontend[] = [];
  for (let start = 0; start < frontends.length; start += AT_ONCE) {
    const maps = frontends.slice(start, start + AT_ONCE).map((frontend) => names.frontendMap(frontend));
    const rows = await reader.rows('policystringmap', { filter: { name: anyOf(maps) } });
    existing.push(...rows.flatMap((row) => parseMark(row.comment)?.frontend ?? []));
  }
  return existing;
}

/** Claims that need one part of a front end: redirects to a secure port or with challenges, many-label wildcards, or listeners. */
type ClaimsOfPart = number | 'many-label' | 'listener' | 'challenges';

/**
 * Counts a front end's claims of owners other than these.
 *
 * @param which counts only claims that redirect to this port, or only those that need the named part.
 */
export async function countOtherClaims(
  reader: NitroReader,
  names: Names,
  { frontend, rows }: { readonly frontend: Frontend; readonly rows: readonly LedgerRow[] },
  ownerKeys: ReadonlySet<string>,
  which?: ClaimsOfPart,
): Promise<number> {
  const total = await reader.count('policystringmap_pattern_binding', {
    name: names.frontendMap(frontend),
    filter: { key: '/^\\#/', ...(which === undefined ? {} : { value: valuePattern(which) }) },
  });
  const own = decodeClaims(rows, frontendKey(frontend)).filter(
    (claim) => ownerKeys.has(claim.ownerKey) && (which === undefined || isOf(claim, which)),
  );
  return total - own.length;
}

function valuePattern(which: ClaimsOfPart): string {
  if (which === 'listener') return LISTENER_CLAIMS;
  if (which === 'challenges') return CHALLENGES_CLAIMS;
  return which === 'many-label' ? MANY_LABEL_CLAIMS : redirectClaims(which);
}

function isOf(claim: Claim, which: ClaimsOfPart): boolean {
  if (which === 'listener') return isListenerClaim(claim);
  if (which === 'challenges') return letsChallengesThrough(claim);
  return which === 'many-label' ? claim.form === which : securePortOf(claim) === which;
}
