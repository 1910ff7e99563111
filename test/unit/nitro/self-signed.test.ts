import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { selfSigned } from '../../../lib/nitro/self-signed.ts';

it('a client that verifies accepts the certificate for its names and its addresses', async () => {
  const names = ['ns.example.com', '127.0.0.1', '::1'];
  const { cert } = await selfSigned({ commonName: 'ns', names, algorithm: 'ecdsa', days: 1, now: Date.now() });
  const certificate = new X509Certificate(cert);
  expect(certificate.checkHost('ns.example.com')).toBe('ns.example.com');
  expect([certificate.checkIP('127.0.0.1'), certificate.checkIP('::1')]).toEqual(['127.0.0.1', '::1']);
  expect(certificate.checkIP('127.0.0.2')).toBeUndefined();
});
