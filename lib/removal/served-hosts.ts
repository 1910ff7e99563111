import { type Owner, ownerKey } from '../contract/index.ts';
import { decodeClaims, decodeHosts } from '../ledger/index.ts';
import { challengeIn, parseMark } from '../netscaler/index.ts';
import { type NitroReader, readMap } from '../nitro/index.ts';
import { frontendKey } from '../route/index.ts';

/** Hosts and Ingresses that an appliance serves for the system. */
export interface ServedTraffic {
  /** In alphabetical order. */
  readonly hosts: readonly string[];
  /** Ingresses that claim a host, those that only stand by included. */
  readonly ingresses: readonly Owner[];
}

/** Reads which hosts an appliance serves for the system, and for which Ingresses. */
export async function servedHosts(reader: NitroReader, systemId: string): Promise<ServedTraffic> {
  const maps = await reader.rows('policystringmap', { filter: { comment: `/s=${systemId}/` } });
  const hosts = new Set<string>();
  const owners = new Map<string, Owner>();
  for (const { name, comment } of maps) {
    const mark = parseMark(comment);
    if (mark?.system !== systemId || mark.frontend === undefined) continue;
    const rows = await readMap(reader, String(name));
    for (const host of decodeHosts(rows).keys()) if (challengeIn(host) === undefined) hosts.add(host);
    for (const { owner } of decodeClaims(rows, frontendKey(mark.frontend))) owners.set(ownerKey(owner), owner);
  }
  return {
    hosts: [...hosts].sort(),
    ingresses: [...owners.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)),
  };
}

const nameOf = ({ cluster, namespace, name }: Owner): string => `${cluster}/${namespace}/${name}`;
