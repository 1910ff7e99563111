import { type Owner, ownerKey } from '../contract/index.ts';
import { decodeClaims, decodeHosts } from '../ledger/index.ts';
import { parseMark } from '../netscaler/index.ts';
import { type NitroReader, readMap } from '../nitro/index.ts';
import { frontendKey } from '../route/index.ts';

/** Traffic that the objects of the system carry on an appliance. */
export interface ServedTraffic {
  /** In the order of the alphabet. */
  readonly hosts: readonly string[];
  /** Ingresses that claim a host; one of which every host waits behind another's counts, too. */
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
    for (const host of decodeHosts(rows).keys()) hosts.add(host);
    for (const { owner } of decodeClaims(rows, frontendKey(mark.frontend))) owners.set(ownerKey(owner), owner);
  }
  return {
    hosts: [...hosts].sort(),
    ingresses: [...owners.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)),
  };
}

const nameOf = ({ cluster, namespace, name }: Owner): string => `${cluster}/${namespace}/${name}`;
