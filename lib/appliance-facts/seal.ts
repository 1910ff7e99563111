import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { type FactReport, ReportInvalid, readReport } from './report.ts';

/** A signature over a report by a key of the user's. */
interface ReportSignature {
  readonly algorithm: 'Ed25519';
  /** SHA-256 of the public key (SPKI, DER), in hex: tells keys apart, and proves nothing. */
  readonly keyId: string;
  /** Base64. */
  readonly value: string;
}

/** A report with a digest of its text, and perhaps a signature. */
export interface SealedReport extends FactReport {
  /** SHA-256 of the canonical JSON, in hex. */
  readonly digest: string;
  readonly signature?: ReportSignature;
}

/** Returns JSON without blanks whose keys are sorted, so that the same values are the same bytes. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, one]) => `${JSON.stringify(key)}:${canonicalJson(one)}`).join(',')}}`;
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const keyIdOf = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');

/**
 * Adds the digest to a report, and a signature where a key is given.
 *
 * @param key a private key of Ed25519.
 */
export function seal(report: FactReport, key?: KeyObject): SealedReport {
  const text = canonicalJson(report);
  const sealed = { ...report, digest: digestOf(text) };
  if (key === undefined) return sealed;
  const value = sign(null, Buffer.from(text), key).toString('base64');
  return { ...sealed, signature: { algorithm: 'Ed25519', keyId: keyIdOf(createPublicKey(key)), value } };
}

/** What the seal of a file says. */
export interface SealCheck {
  readonly report: FactReport;
  /** Whether the digest is that of the report: nobody changed the one and forgot the other. */
  readonly unchanged: boolean;
  /** `unchecked`: there is a signature, and no key to check it with. */
  readonly signature: 'none' | 'unchecked' | 'valid' | 'invalid';
  readonly keyId?: string;
}

/**
 * Reads a sealed report and checks its seal.
 *
 * @param text JSON.
 * @param key a public key of Ed25519.
 * @throws {ReportInvalid} the text is not a report.
 */
export function checkSeal(text: string, key?: KeyObject): SealCheck {
  const given = parsed(text);
  const report = readReport(given);
  const { digest, signature, ...rest } = given as unknown as SealedReport;
  const canonical = canonicalJson(rest);
  const unchanged = digest === digestOf(canonical);
  if (signature === undefined) return { report, unchanged, signature: 'none' };
  const keyId = String(signature.keyId)
    .slice(0, 64)
    .replaceAll(/[^0-9a-f]/g, '');
  if (key === undefined) return { report, unchanged, signature: 'unchecked', keyId };
  const bytes = Buffer.from(String(signature.value), 'base64');
  return {
    report,
    unchanged,
    signature: verify(null, Buffer.from(canonical), key, bytes) ? 'valid' : 'invalid',
    keyId,
  };
}

function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below.
  }
  throw new ReportInvalid('it is not JSON');
}
