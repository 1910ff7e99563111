import { Poll } from '../retry/poll.ts';
import { type HostCertificate, type LookOptions, lookAtCertificates, type ProbedHost } from './look.ts';

export interface CertificateWatchOptions extends LookOptions {
  /** Milliseconds from the end of a round to the next. */
  readonly intervalMs: number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Looks at the certificate of every host, round by round. Nobody who asks waits for a round. */
export class CertificateWatch<T extends ProbedHost = ProbedHost> {
  readonly #poll: Poll<readonly HostCertificate<T>[]>;
  #hosts: readonly T[] = [];

  constructor(options: CertificateWatchOptions) {
    const { intervalMs, random, now } = options;
    this.#poll = new Poll({ read: () => lookAtCertificates(this.#hosts, options), intervalMs, now, random });
  }

  /** Begins a round if the next one is due. @returns when it is done; whether there was one. */
  begin(hosts: readonly T[]): Promise<boolean> {
    this.#hosts = hosts;
    return hosts.length === 0 ? Promise.resolve(false) : this.#poll.poll();
  }

  /** What the last round showed; empty before its end. */
  get seen(): readonly HostCertificate<T>[] {
    return this.#poll.value ?? [];
  }

  /** When the last round ended, in milliseconds since the epoch; undefined before. */
  get at(): number | undefined {
    return this.#poll.at;
  }
}
