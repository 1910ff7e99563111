import type { X509Certificate } from 'node:crypto';
import type { ConnectionResult } from '../seen.ts';
import type { BackendIdentity } from './endpoint.ts';

/** Whose certificate it is; nobody's where a resumed session shows none. */
type Identified =
  | Extract<ConnectionResult, { kind: 'stranger' }>
  | { readonly kind: 'backend'; readonly shown: { readonly certificateOf?: string } };

/** Compares the certificate that a client was shown with those of the back ends. */
export function identify(
  certificate: Pick<X509Certificate, 'fingerprint256' | 'subject'> | undefined,
  backends: readonly BackendIdentity[],
): Identified {
  if (certificate === undefined) return { kind: 'backend', shown: {} };
  const found = backends.find(({ fingerprint }) => fingerprint === certificate.fingerprint256);
  if (found !== undefined) return { kind: 'backend', shown: { certificateOf: found.name } };
  return { kind: 'stranger', certificate: `“${(certificate.subject ?? '').replaceAll(/\s+/g, ' ')}”` };
}
