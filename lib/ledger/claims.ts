import { qualifiedName } from '../contract/index.ts';
import type { Claim } from './rows.ts';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** CON-1: the oldest first, then the smaller `namespace/name`, then the smaller cluster. */
export function claimOrder(a: Pick<Claim, 'created' | 'owner'>, b: Pick<Claim, 'created' | 'owner'>): number {
  return (
    a.created - b.created ||
    compare(qualifiedName(a.owner), qualifiedName(b.owner)) ||
    compare(a.owner.cluster, b.owner.cluster)
  );
}

/** Rule 8: who holds a host, over all claims on it. Undefined where there is none. */
export function holderOf(claims: readonly Claim[]): Claim | undefined {
  return claims.reduce<Claim | undefined>(
    (best, claim) => (best === undefined || claimOrder(claim, best) < 0 ? claim : best),
    undefined,
  );
}
