import type { Socket } from 'node:net';
import type { KeyAndCertificate } from '../nitro/self-signed.ts';

/** The network and the clock, as the probes of the data plane use them. */
export interface Wire {
  /** Opens a TCP connection to an address of the appliance. */
  readonly connect: (address: string, port: number) => Socket;
  /** Resolves after milliseconds. */
  readonly after: (ms: number) => Promise<void>;
  /** Returns a key pair for the server's own certificate. */
  readonly certificate: () => Promise<KeyAndCertificate>;
  readonly waits: Waits;
}

export interface Waits {
  /** Milliseconds after which a connection without an answer counts as silent. */
  readonly answerMs: number;
  /** Milliseconds between two attempts to reach a server that comes up. */
  readonly pauseMs: number;
  /** Idle time-out of the front end in seconds: much shorter than the target's. */
  readonly idleSeconds: number;
  /** Milliseconds after which the front end's idle time-out would have ended a connection. */
  readonly idleMs: number;
}

/** An appliance looks for idle connections every few seconds only. */
export const WAITS: Waits = { answerMs: 5_000, pauseMs: 500, idleSeconds: 5, idleMs: 20_000 };
