import type { Names, Resource, ResourceRole, ResourceType } from '../../netscaler/index.ts';
import type { NitroReader } from '../ports.ts';
import { type BatchRead, ReadBatch } from './read-batch.ts';
import { type InventoryContext, toResource } from './rows.ts';

/** Reads the objects that exist once for the system. */
export async function readSystem(reader: NitroReader, { names }: InventoryContext): Promise<Resource[]> {
  const batch = new ReadBatch();
  const system = addSystemReads(batch, names);
  await batch.send(reader);
  return system();
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
