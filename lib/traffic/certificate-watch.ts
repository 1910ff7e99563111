import { type HostCertificate, type LookOptions, lookAtCertificates } from '../certificates/index.ts';
import { hostPort } from '../contract/index.ts';
import { Poll } from '../retry/poll.ts';
import type { HostBackend } from '../status/index.ts';
import type { Family } from '../telemetry/prometheus.ts';

export interface CertificateWatchOptions extends LookOptions {
  /** Milliseconds from the end of a round to the next. */
  readonly intervalMs: number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Looks at the certificate of every host, round by round. No scrape waits for a round. */
export class CertificateWatch {
  readonly #poll: Poll<readonly HostCertificate<HostBackend>[]>;
  #hosts: readonly HostBackend[] = [];

  constructor(options: CertificateWatchOptions) {
    const { intervalMs, random, now } = options;
    this.#poll = new Poll({ read: () => lookAtCertificates(this.#hosts, options), intervalMs, now, random });
  }

  /** Begins a round if the next one is due. @returns when it is done; whether there was one. */
  begin(hosts: readonly HostBackend[]): Promise<boolean> {
    this.#hosts = hosts;
    return hosts.length === 0 ? Promise.resolve(false) : this.#poll.poll();
  }

  /** Returns what the last round showed. */
  families(appliance: string): Family[] {
    const seen = this.#poll.value ?? [];
    const labels = ({ host: { host, frontend } }: HostCertificate<HostBackend>) => ({
      appliance,
      host,
      frontend: hostPort(frontend.vip, frontend.port),
    });
    const at = this.#poll.at;
    return [
      {
        name: 'nspass_certificate_expiry_timestamp_seconds',
        type: 'gauge',
        help: 'Time at which the certificate that a host showed expires, since 1970.',
        samples: seen.flatMap((each) =>
          each.seen.result === 'certificate' ? [{ labels: labels(each), value: each.seen.notAfter / 1000 }] : [],
        ),
      },
      {
        name: 'nspass_certificate_shown',
        type: 'gauge',
        help: 'Whether a host showed a certificate.',
        samples: seen.map((each) => ({ labels: labels(each), value: Number(each.seen.result === 'certificate') })),
      },
      {
        name: 'nspass_certificates_seen_timestamp_seconds',
        type: 'gauge',
        help: 'Time of the last round through all hosts, since 1970.',
        samples: at === undefined ? [] : [{ labels: { appliance }, value: Math.floor(at / 1000) }],
      },
    ];
  }
}
