import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import {
  type ApplianceBehaviour,
  behaviourIn,
  checkSeal,
  ReportInvalid,
  type SealCheck,
  UNKNOWN,
} from '../../appliance-facts/index.ts';
import { readText } from '../read-text.ts';
import { UsageError } from '../usage.ts';

/** Values of a report, and the build that it is about. */
interface ReportedBehaviour {
  readonly behaviour: Partial<ApplianceBehaviour>;
  /** Undefined where the report does not know it. */
  readonly build: string | undefined;
}

/** Reads a report and checks its seal. @throws {UsageError} the file or a key. */
export function readSealed(path: string, keyFile?: string): SealCheck {
  const text = readText(path);
  const key = keyFile === undefined ? undefined : publicKeyIn(keyFile);
  try {
    return checkSeal(text, key);
  } catch (error) {
    if (error instanceof ReportInvalid)
      throw new UsageError(`${path} cannot be used: ${error.message}.`, { cause: error });
    throw error;
  }
}

/** Reads the values of a report. @throws {UsageError} the file, also one that was changed. */
export function readFacts(path: string): ReportedBehaviour {
  const { report, unchanged } = readSealed(path);
  if (!unchanged) {
    throw new UsageError(
      `${path} was changed: its digest is another. Write it again with nspass verify --report FILE.`,
    );
  }
  const { build } = report.appliance;
  return { behaviour: behaviourIn(report), build: build === UNKNOWN ? undefined : build };
}

/** Reads a private key of Ed25519. @throws {UsageError} */
export function signingKeyIn(path: string): KeyObject {
  return ed25519(path, 'private', () => createPrivateKey(readText(path)));
}

function publicKeyIn(path: string): KeyObject {
  return ed25519(path, 'public', () => createPublicKey(readText(path)));
}

function ed25519(path: string, kind: 'private' | 'public', read: () => KeyObject): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = read();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // A message of OpenSSL may quote the file.
  }
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new UsageError(
    `${path} is not ${kind === 'private' ? 'an unencrypted private' : 'a public'} key of Ed25519 in PEM: make one with openssl genpkey -algorithm ed25519.`,
  );
}
