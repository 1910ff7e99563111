import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { selfSigned } from '../../../lib/nitro/self-signed.ts';

const NOW = Date.UTC(2026, 10, 30, 12);
const DAY = 86_400_000;

it('a client that verifies accepts the certificate for its names and its addresses', async () => {
  const names = ['ns.example.com', '127.0.0.1', '::1', '2001:db8::7:10', 'fe80:0:0:1:2:3:4:5', '::ffff:192.0.2.1'];
  const { cert } = await selfSigned({ commonName: 'ns', names, algorithm: 'ecdsa', days: 1, now: Date.now() });
  const certificate = new X509Certificate(cert);
  expect(certificate.checkHost('ns.example.com')).toBe('ns.example.com');
  const addresses = names.slice(1);
  expect(addresses.map((address) => certificate.checkIP(address))).toEqual(addresses);
  expect(certificate.checkIP('127.0.0.2')).toBeUndefined();
  expect(certificate.checkIP('2001:db8::7')).toBeUndefined();
});

describe.each(['rsa', 'ecdsa'] as const)('a certificate with a key of %s', (algorithm) => {
  it.each([
    ['a day', 1],
    ['beyond 2050, where years have four digits', 10_000],
  ])('signs itself, belongs to its key, and is valid from yesterday: %s', async (_what, days) => {
    const { key, cert } = await selfSigned({ commonName: 'placeholder.invalid', algorithm, days, now: NOW });
    const certificate = new X509Certificate(cert);
    expect(certificate.subject).toBe('CN=placeholder.invalid');
    expect(certificate.issuer).toBe('CN=placeholder.invalid');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect([Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]).toEqual([NOW - DAY, NOW + days * DAY]);
    expect(certificate.subjectAltName).toBeUndefined();
  });
});

it('no two certificates have the same number', async () => {
  const make = () => selfSigned({ commonName: 'a', algorithm: 'ecdsa', days: 1, now: NOW });
  const [one, other] = await Promise.all([make(), make()]);
  expect(new X509Certificate(one.cert).serialNumber).not.toBe(new X509Certificate(other.cert).serialNumber);
});
