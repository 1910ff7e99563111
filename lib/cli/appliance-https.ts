import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { SimulatorOptions } from '../simulator/index.ts';
import type { ApplianceGiven } from './appliance-options.ts';
import { readText } from './read-text.ts';
import { UsageError } from './usage.ts';

/** Checks certificate and key before anything listens; otherwise only a client's handshake would fail. */
function certificateOf(certFile: string, keyFile: string): { cert: string; key: string } {
  const [cert, key] = [readText(certFile), readText(keyFile)];
  const part = <T>(file: string, what: string, read: () => T): T => {
    try {
      return read();
    } catch (error) {
      throw new UsageError(`${file} is not a ${what}.`, { cause: error });
    }
  };
  const certificate = part(certFile, 'PEM certificate', () => new X509Certificate(cert));
  const privateKey = part(keyFile, 'PEM private key without a passphrase', () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey))
    throw new UsageError(`${keyFile} does not belong to the certificate ${certFile}.`);
  return { cert, key };
}

/** Returns key and certificate of NITRO over https: given, made for this run, or none. @throws {UsageError} */
export async function httpsOf(given: ApplianceGiven): Promise<SimulatorOptions['https']> {
  if ((given.cert === undefined) !== (given.key === undefined))
    throw new UsageError('--cert and --key must be given together.');
  if (given.cert !== undefined && given.key !== undefined) {
    return certificateOf(given.cert, given.key);
  }
  if (!given.https) return undefined;
  const { host } = given.listen;
  // The library of certificates takes longer to load than the simulator.
  const { selfSigned } = await import('../nitro/self-signed.ts');
  return selfSigned({
    commonName: 'ns-server-certificate',
    names: [host],
    algorithm: 'ecdsa',
    days: 365,
    now: Date.now(),
  });
}
