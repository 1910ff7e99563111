import type { Names, Resource, ResourceRole, ResourceType } from '../../netscaler/index.ts';
import { PROXY_VERSIONS } from '../../route/index.ts';
import { anyOf } from '../path.ts';
import type { NitroReader } from '../ports.ts';
import { rowsIfAllowed } from '../rows-if-allowed.ts';
import { type BatchRead, ReadBatch } from './read-batch.ts';
import { type InventoryContext, toResource } from './rows.ts';

/** Reads the objects that exist once for the system. */
export async function readSystem(reader: NitroReader, { names }: InventoryContext): Promise<Resource[]> {
  const batch = new ReadBatch();
  const system = addSystemReads(batch, names);
  await batch.send(reader);
  return system();
}

/**
 * Reads the net profiles that send members the PROXY protocol.
 *
 * @returns none where the appliance refuses the read: our user of an earlier version may not read net profiles, and so may
 *   not have made any.
 */
export async function readProxyProfiles(reader: NitroReader, { names }: InventoryContext): Promise<Resource[]> {
  const name = anyOf(PROXY_VERSIONS.map((version) => names.proxyProfile(version)));
  const rows = await rowsIfAllowed(reader, 'netprofile', { filter: { name } });
  return rows.map((row) => toResource('system', 'netprofile', row, []));
}

/** Adds the reads of the objects that exist once for the system. */
export function addSystemReads(batch: ReadBatch, names: Names): BatchRead<Resource[]> {
  const read = (role: ResourceRole, type: ResourceType, filter: Readonly<Record<string, string>>) =>
    batch.add({ type, filter }, (rows) => rows.map((row) => toResource(role, type, row, [])));
  const reads = [
    read('system', 'nstcpprofile', { name: names.tcpProfile }),
    read('system', 'sslcertkey', { certkey: names.certKey }),
    read('system-policy', 'sslpolicy', { name: names.reset }),
    read('system-policy', 'responderpolicy', { name: names.responderReset }),
  ];
  return () => reads.flatMap((resources) => resources());
}
