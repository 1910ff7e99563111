import type { KeyAndCertificate } from '../../nitro/self-signed.ts';
import type { PlanContext } from '../../plan/index.ts';
import type { Engine } from '../engine.ts';

/** Folder where the appliance looks for certificates that are named without a path. */
const LOCATION = '/nsconfig/ssl/';
const TEN_YEARS = 3652;

/**
 * Makes the placeholder certificate. An SSL vserver without a certificate is DOWN; no client ever sees this one, because
 * every connection is forwarded or reset at the ClientHello (TLS-4).
 */
export async function makePlaceholder({ now }: Pick<Engine, 'now'>): Promise<KeyAndCertificate> {
  // Loaded late: only the first front end of a system needs it.
  const { selfSigned } = await import('../../nitro/self-signed.ts');
  return selfSigned({ commonName: 'placeholder.invalid', algorithm: 'rsa', days: TEN_YEARS, now: now() });
}

/** Uploads the files of the placeholder certificate, before the object that names them. */
export async function uploadPlaceholder(
  { writer }: Pick<Engine, 'writer'>,
  { names }: PlanContext,
  { cert, key }: KeyAndCertificate,
): Promise<void> {
  await writer.upload([
    { name: names.certificateFile, location: LOCATION, content: cert },
    { name: names.keyFile, location: LOCATION, content: key },
  ]);
}
