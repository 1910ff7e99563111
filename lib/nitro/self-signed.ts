import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';

export interface KeyAndCertificate {
  /** PEM, PKCS #8. */
  readonly key: string;
  /** PEM. */
  readonly cert: string;
}

/** RSA is accepted everywhere, but its keys take a moment to generate; ECDSA keys take none. */
const ALGORITHMS = {
  rsa: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
  ecdsa: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
} as const;

const DAY = 86_400_000;

/**
 * Creates a self-signed certificate with a new key pair, valid from yesterday.
 *
 * @param options.names DNS names and addresses besides the common name.
 * @param options.now milliseconds since the epoch.
 */
export async function selfSigned(options: {
  commonName: string;
  names?: readonly string[];
  algorithm: keyof typeof ALGORITHMS;
  days: number;
  now: number;
}): Promise<KeyAndCertificate> {
  const algorithm = ALGORITHMS[options.algorithm];
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [options.commonName] }],
      notBefore: new Date(options.now - DAY),
      notAfter: new Date(options.now + options.days * DAY),
      signingAlgorithm: algorithm,
      keys,
      extensions:
        options.names === undefined
          ? []
          : [
              new SubjectAlternativeNameExtension(
                options.names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
              ),
            ],
    },
    webcrypto as typeof globalThis.crypto,
  );
  const exported = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const lines = exported.match(/.{1,64}/g) ?? [];
  return {
    key: ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n'),
    cert: certificate.toString('pem'),
  };
}

type CryptoKeyPair = webcrypto.CryptoKeyPair;
