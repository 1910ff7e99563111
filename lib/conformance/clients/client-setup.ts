import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { selfSigned } from '../../nitro/self-signed.ts';
import type { BackendIdentity, ClientSetup } from './endpoint.ts';

const DAYS = 30;
/** Longest time for one connection. */
const CONNECTION_MS = 20_000;

/**
 * Makes what all clients of a run share.
 *
 * @param folder an empty folder of this run alone: it gets the key of the clients.
 * @param now milliseconds since the epoch.
 */
export async function clientSetup(
  folder: string,
  backends: readonly BackendIdentity[],
  now: number,
  timeoutMs = CONNECTION_MS,
): Promise<ClientSetup> {
  const certificate = await selfSigned({ commonName: 'client', algorithm: 'ecdsa', days: DAYS, now });
  const pem = join(folder, 'client.pem');
  await writeFile(pem, `${certificate.key}${certificate.cert}`, { mode: 0o600 });
  return { certificate, pem, folder, timeoutMs, backends };
}
