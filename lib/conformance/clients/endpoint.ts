import type { KeyAndCertificate } from '../../nitro/self-signed.ts';

/** Where a client connects. */
export interface ClientEndpoint {
  readonly host: string;
  readonly port: number;
}

/** What all clients share. */
export interface ClientSetup {
  /** The certificate that a client shows where it is asked to. */
  readonly certificate: KeyAndCertificate;
  /** A file with the same key and certificate, for programs. */
  readonly pem: string;
  /** A folder for sessions of programs. */
  readonly folder: string;
  /** Longest time for one connection, in milliseconds. */
  readonly timeoutMs: number;
}
