import type { CertificateWatch, HostCertificate } from '../certificates/index.ts';
import { hostPort } from '../contract/index.ts';
import type { HostBackend } from '../status/index.ts';
import type { Family } from '../telemetry/prometheus.ts';

/**
 * Returns what the last round through all hosts showed, for Prometheus.
 *
 * @param appliance name in `appliances.yml`.
 */
export function certificateFamilies(
  { seen, at }: Pick<CertificateWatch<HostBackend>, 'seen' | 'at'>,
  appliance: string,
): Family[] {
  const labels = ({ host: { host, frontend } }: HostCertificate<HostBackend>) => ({
    appliance,
    host,
    frontend: hostPort(frontend.vip, frontend.port),
  });
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
