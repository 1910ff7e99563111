import type { KeyAndCertificate } from '../../nitro/self-signed.ts';

/** Where a client connects. */
export interface ClientEndpoint {
  readonly host: string;
  readonly port: number;
}

/** By what a client knows the certificate of a back end. */
export interface BackendIdentity {
  readonly name: string;
  /** SHA-256 of the certificate, in the form of Node: upper case with colons. */
  readonly fingerprint: string;
  /** SHA-256 of its public key (RFC 7469), in base64. */
  readonly pin: string;
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
  readonly backends: readonly BackendIdentity[];
}
