import type { WorkRequested } from '../../contract/index.ts';
import { decodeClaims, decodeHosts, hostDigest, LONGEST_PATTERN } from '../../ledger/index.ts';
import { parseMark } from '../../netscaler/index.ts';
import { escapePattern, type NitroReader, type NitroWriter, readMap } from '../../nitro/index.ts';
import type { PlanContext } from '../../plan/index.ts';

/** Host rows without a claim that the audit found, each with its map. */
type Unclaimed = NonNullable<WorkRequested['unclaimed']>;

/**
 * Unbinds host rows without a claim: somebody bound them by hand, and no event of an Ingress removes them. Reads them
 * again, because a claim may have come since the audit; leaves a map without our mark alone.
 *
 * @returns the number of rows that were unbound.
 */
export async function unbindUnclaimed(
  { reader, writer }: { readonly reader: NitroReader; readonly writer: NitroWriter },
  { system, names }: PlanContext,
  unclaimed: Unclaimed,
): Promise<number> {
  if (unclaimed.length === 0) return 0;
  const marked = new Set(
    (await reader.rows('policystringmap', { filter: { name: `/^${system}_f_/` } }))
      .filter(({ name, comment }) => {
        const mark = parseMark(comment);
        return mark?.system === system && mark.frontend !== undefined && names.frontendMap(mark.frontend) === name;
      })
      .map(({ name }) => String(name)),
  );
  let removed = 0;
  for (const [map, all] of Map.groupBy(unclaimed, (row) => row.map)) {
    if (!marked.has(map)) continue;
    const hosts = await stillUnclaimed(
      reader,
      map,
      all.map(({ host }) => host),
    );
    const results = await writer.remove(
      hosts.map((key) => ({ type: 'policystringmap_pattern_binding', name: ['name', map] as const, args: { key } })),
    );
    const refused = results.find((result) => result !== undefined && result.kind !== 'gone');
    if (refused !== undefined) throw refused;
    removed += hosts.length;
  }
  return removed;
}

/** Returns the hosts that have a row and no claim. */
async function stillUnclaimed(reader: NitroReader, map: string, hosts: readonly string[]): Promise<string[]> {
  const result: string[] = [];
  for (let start = 0; start < hosts.length; ) {
    let end = start + 1;
    while (end < hosts.length && patternOf(hosts.slice(start, end + 1)).length <= LONGEST_PATTERN) end++;
    const rows = await readMap(reader, map, { key: patternOf(hosts.slice(start, end)) });
    const claimed = new Set(decodeClaims(rows, '').map((claim) => claim.hostDigest));
    for (const host of decodeHosts(rows).keys()) if (!claimed.has(hostDigest(host))) result.push(host);
    start = end;
  }
  return result;
}

/** Returns the PCRE of the rows of these hosts, and of all claims on them. */
const patternOf = (hosts: readonly string[]): string =>
  `/^(${hosts.map((host) => `${escapePattern(host)}$|#${hostDigest(host)}\\.`).join('|')})/`;
