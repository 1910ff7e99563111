import type { Resource } from '../../netscaler/index.ts';
import type { NitroReader } from '../ports.ts';
import { type InventoryContext, toResource } from './rows.ts';

/** What exists once for the system. */
export async function readSystem(reader: NitroReader, { names }: InventoryContext): Promise<Resource[]> {
  const [profiles = [], certificates = [], resets = [], responders = []] = await reader.batch([
    { type: 'nstcpprofile', filter: { name: names.tcpProfile } },
    { type: 'sslcertkey', filter: { certkey: names.certKey } },
    { type: 'sslpolicy', filter: { name: names.reset } },
    { type: 'responderpolicy', filter: { name: names.responderReset } },
  ]);
  return [
    ...profiles.map((row) => toResource('system', 'nstcpprofile', row, [])),
    ...certificates.map((row) => toResource('system', 'sslcertkey', row, [])),
    ...resets.map((row) => toResource('system-policy', 'sslpolicy', row, [])),
    ...responders.map((row) => toResource('system-policy', 'responderpolicy', row, [])),
  ];
}
