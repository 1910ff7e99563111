import type { Finding } from '../contract/index.ts';
import { readAnnotations } from './annotations.ts';
import { toRules } from './backend-ref.ts';
import { finding, quote } from './finding.ts';
import { portOf } from './frontend.ts';
import { parseHost } from './host.ts';
import { insecureTermination } from './insecure.ts';
import type { K8sIngress } from './kubernetes.ts';
import { record } from './shape.ts';

/** Below it a certificate authority asks, over plain HTTP, for proof that a host is its owner's (RFC 8555, 8.3). */
const CHALLENGES = '/.well-known/acme-challenge/';

/** The port that a certificate authority asks. */
const CHALLENGE_PORT = 80;

/**
 * Whether a path is that of a challenge. It comes over plain HTTP and lives for minutes, so it says nothing about the
 * back end that TLS is meant for.
 */
export function isChallenge(path: string | undefined): boolean {
  return path?.startsWith(CHALLENGES) ?? false;
}

/** Hosts of an Ingress that is passed through, whose plain HTTP is answered with a redirect where challenges come. */
export function redirectedHosts(ingress: K8sIngress): string[] {
  const annotations = readAnnotations(record(record(ingress.metadata).annotations));
  const secure = portOf(annotations.get('secure-port'), 443);
  const { redirectPort } = insecureTermination(annotations, typeof secure === 'number' ? secure : undefined);
  if (redirectPort !== CHALLENGE_PORT) return [];
  return toRules(ingress).flatMap(({ host }) => {
    const parsed = host === undefined ? undefined : parseHost(host);
    return parsed !== undefined && 'host' in parsed ? [parsed.host] : [];
  });
}

/**
 * Says which challenges of an Ingress nobody answers, because another one has plain HTTP of the host redirected.
 *
 * @param redirected `namespace/name` of the Ingress that redirects a host, by host.
 */
export function unanswered(ingress: K8sIngress, redirected: ReadonlyMap<string, string>): Finding[] {
  return toRules(ingress).flatMap(({ host, paths }, index) => {
    const parsed = host === undefined ? undefined : parseHost(host);
    const by = parsed !== undefined && 'host' in parsed ? redirected.get(parsed.host) : undefined;
    const place = paths.findIndex(({ path }) => isChallenge(path));
    if (by === undefined || host === undefined || place < 0) return [];
    return finding('ChallengeUnanswered', {
      message: `the ACME challenge for ${quote(host)} is not answered: ${by} redirects plain HTTP of the host to https`,
      path: `spec.rules[${index}].http.paths[${place}]`,
      value: host,
    });
  });
}
