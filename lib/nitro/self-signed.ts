import { KeyObject, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { Integer, OctetString, Utf8String } from 'asn1js';
import {
  AttributeTypeAndValue,
  Certificate,
  CryptoEngine,
  Extension,
  GeneralName,
  GeneralNames,
  Time,
  TimeType,
} from 'pkijs';

export interface KeyAndCertificate {
  /** PEM, PKCS #8. */
  readonly key: string;
  /** PEM. */
  readonly cert: string;
}

const HASH = 'SHA-256';

/** RSA is accepted everywhere, but its keys take a moment to generate; ECDSA keys take none. */
const ALGORITHMS = {
  rsa: { name: 'RSASSA-PKCS1-v1_5', hash: HASH, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
  ecdsa: { name: 'ECDSA', namedCurve: 'P-256', hash: HASH },
} as const;

const DAY = 86_400_000;

const COMMON_NAME = '2.5.4.3';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';

/** Choices of a GeneralName (RFC 5280). */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

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
  const { commonName, names, days, now } = options;
  const engine = new CryptoEngine({ crypto: webcrypto as typeof globalThis.crypto });
  const keys = (await webcrypto.subtle.generateKey(ALGORITHMS[options.algorithm], true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair;
  const certificate = new Certificate({ version: 2, serialNumber: new Integer({ valueHex: serialNumber() }) });
  for (const name of [certificate.subject, certificate.issuer]) {
    const value = new Utf8String({ value: commonName });
    name.typesAndValues.push(new AttributeTypeAndValue({ type: COMMON_NAME, value }));
  }
  certificate.notBefore = timeOf(now - DAY);
  certificate.notAfter = timeOf(now + days * DAY);
  if (names !== undefined) {
    const extnValue = new GeneralNames({ names: names.map(generalName) }).toSchema().toBER();
    certificate.extensions = [new Extension({ extnID: SUBJECT_ALTERNATIVE_NAME, extnValue })];
  }
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey, engine);
  await certificate.sign(keys.privateKey, HASH, engine);
  return {
    key: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: new X509Certificate(Buffer.from(certificate.toSchema().toBER())).toString(),
  };
}

/** Returns a number that no other certificate has: positive, and without leading zeros. */
function serialNumber(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[0] = 1 + ((bytes[0] as number) & 0x3f);
  return bytes;
}

/** Returns a time with two digits of the year until 2049, and with four from then on (RFC 5280). */
function timeOf(milliseconds: number): Time {
  const value = new Date(milliseconds);
  return new Time({ type: value.getUTCFullYear() < 2050 ? TimeType.UTCTime : TimeType.GeneralizedTime, value });
}

function generalName(name: string): GeneralName {
  if (isIP(name) === 0) return new GeneralName({ type: DNS_NAME, value: name });
  return new GeneralName({ type: IP_ADDRESS, value: new OctetString({ valueHex: addressBytes(name) }) });
}

function addressBytes(address: string): Uint8Array<ArrayBuffer> {
  if (isIP(address) === 4) return Uint8Array.from(address.split('.').map(Number));
  // A URL has one form of each address: without dots, and with `::` for the longest zeros.
  const [before = [], after = []] = new URL(`http://[${address}]`).hostname
    .slice(1, -1)
    .split('::')
    .map((groups) => groups.split(':').filter((group) => group !== ''));
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return Uint8Array.from([...before, ...zeros, ...after].flatMap((group) => bytesOf(Number.parseInt(group, 16))));
}

const bytesOf = (group: number): [number, number] => [group >> 8, group & 255];
