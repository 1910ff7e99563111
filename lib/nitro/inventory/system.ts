import type { Names, Resource } from '../../netscaler/index.ts';
import type { BatchQuery, NitroReader, NitroRow } from '../ports.ts';
import { type InventoryContext, toResource } from './rows.ts';

/** What exists once for the system. */
export async function readSystem(reader: NitroReader, { names }: InventoryContext): Promise<Resource[]> {
  return systemFrom(await reader.batch(systemQueries(names)));
}

/** The reads of a batch that ask for it. */
export function systemQueries(names: Names): BatchQuery[] {
  return [
    { type: 'nstcpprofile', filter: { name: names.tcpProfile } },
    { type: 'sslcertkey', filter: { certkey: names.certKey } },
    { type: 'sslpolicy', filter: { name: names.reset } },
    { type: 'responderpolicy', filter: { name: names.responderReset } },
  ];
}

/** @param answers to {@link systemQueries}, in their order. */
export function systemFrom(answers: readonly NitroRow[][]): Resource[] {
  const [profiles = [], certificates = [], resets = [], responders = []] = answers;
  return [
    ...profiles.map((row) => toResource('system', 'nstcpprofile', row, [])),
    ...certificates.map((row) => toResource('system', 'sslcertkey', row, [])),
    ...resets.map((row) => toResource('system-policy', 'sslpolicy', row, [])),
    ...responders.map((row) => toResource('system-policy', 'responderpolicy', row, [])),
  ];
}
