import { webcrypto } from 'node:crypto';

/** Ten years, in milliseconds. */
const VALIDITY = 10 * 365.25 * 86_400_000;

/**
 * A self-signed certificate with a key pair of its own. An SSL vserver is DOWN without one; no client is ever shown
 * it, because every connection is forwarded or reset at the ClientHello (TLS-4).
 *
 * @param now milliseconds since the epoch.
 * @returns PEM of both.
 */
export async function placeholderCertificate(now: number): Promise<{ certificate: string; key: string }> {
  // Only a system's very first front end needs it: not loaded before.
  const { X509CertificateGenerator } = await import('@peculiar/x509');
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(
    { ...algorithm, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ['sign', 'verify'],
  );
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(8))).toString('hex'),
      name: 'CN=placeholder.invalid',
      notBefore: new Date(now - 86_400_000),
      notAfter: new Date(now + VALIDITY),
      signingAlgorithm: algorithm,
      keys,
    },
    webcrypto as typeof globalThis.crypto,
  );
  const exported = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const lines = exported.match(/.{1,64}/g) ?? [];
  return {
    certificate: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`,
  };
}
