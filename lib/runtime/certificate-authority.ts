import { readFileSync } from 'node:fs';
import { ConfigurationInvalid } from '../config/load.ts';

/**
 * Returns the PEM file of `tls.ca`.
 *
 * @param name of the appliance, for the error.
 * @throws {ConfigurationInvalid}
 */
export function readCertificateAuthority(name: string, file: string): string {
  const subject = `appliance "${name}": the file ${file} of tls.ca`;
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationInvalid(`${subject} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  // Without this check, TLS verification would fail later with an error about the appliance.
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
    throw new ConfigurationInvalid(
      `${subject} is not a certificate in PEM: it has no line "-----BEGIN CERTIFICATE-----"`,
    );
  }
  return pem;
}
