import type { PlanContext } from '../../plan/index.ts';
import type { Engine } from '../engine.ts';

/** Where the appliance looks for certificates that are named without a path. */
const LOCATION = '/nsconfig/ssl/';
const TEN_YEARS = 3652;

/**
 * Puts the files of the placeholder certificate on the appliance, before the object that names them. An SSL vserver
 * is DOWN without one; no client is ever shown it, because every connection is forwarded or reset at the ClientHello
 * (TLS-4).
 */
export async function uploadPlaceholder({ writer, now }: Engine, { names }: PlanContext): Promise<void> {
  // Only a system's very first front end needs it: not loaded before.
  const { selfSigned } = await import('../../nitro/self-signed.ts');
  const { cert, key } = await selfSigned({
    commonName: 'placeholder.invalid',
    algorithm: 'rsa',
    days: TEN_YEARS,
    now: now(),
  });
  await writer.upload([
    { name: names.certificateFile, location: LOCATION, content: cert },
    { name: names.keyFile, location: LOCATION, content: key },
  ]);
}
