import { digest } from '../contract/index.ts';

/**
 * Picks the address of a pool for a Gateway (GW-6) by rendezvous hashing: of all addresses the one whose digest with the
 * Gateway is the highest. So a pick depends on nothing but the Gateway and the pool, and a change of the pool moves the
 * fewest Gateways: those of a removed address, and a share of 1/n to each new one.
 *
 * @param gateway name across all clusters: `cluster/namespace/name`.
 * @returns undefined for an empty pool.
 */
export function pickAddress(gateway: string, pool: readonly string[]): string | undefined {
  let best: { readonly address: string; readonly score: string } | undefined;
  for (const address of pool) {
    const score = digest(`${gateway} ${address}`);
    if (best === undefined || score > best.score) best = { address, score };
  }
  return best?.address;
}
