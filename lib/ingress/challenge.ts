import type { Finding } from '../contract/index.ts';
import { readAnnotations } from './annotations.ts';
import { toRules } from './backend-ref.ts';
import { finding, quote } from './finding.ts';
import { portOf } from './frontend.ts';
import { parseHost } from './host.ts';
import { insecureTermination } from './insecure.ts';
import type { K8sIngress } from './kubernetes.ts';
import { record } from './shape.ts';

/** Prefix of the paths that a certificate authority requests over plain HTTP to validate a host (RFC 8555, 8.3). */
export const CHALLENGE_PREFIX = '/.well-known/acme-challenge/';

/** The port to which a certificate authority connects. */
const CHALLENGE_PORT = 80;

/**
 * Returns whether a path is the path of a challenge. Challenges come over plain HTTP and live for minutes, so their
 * back end is not the one for TLS.
 */
export function isChallenge(path: string | undefined): boolean {
  return path?.startsWith(CHALLENGE_PREFIX) ?? false;
}

/** Returns the hosts of an Ingress with passthrough that answers plain HTTP on the challenge port with a redirect. */
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
 * Returns a finding for each challenge of an Ingress that is not answered, because another Ingress redirects plain HTTP
 * of the host.
 *
 * @param redirected `namespace/name` of the redirecting Ingress, by host.
 */
export function unansweredChallenges(ingress: K8sIngress, redirected: ReadonlyMap<string, string>): Finding[] {
  return toRules(ingress).flatMap(({ host, paths }, index) => {
    const parsed = host === undefined ? undefined : parseHost(host);
    const redirectedBy = parsed !== undefined && 'host' in parsed ? redirected.get(parsed.host) : undefined;
    const position = paths.findIndex(({ path }) => isChallenge(path));
    if (redirectedBy === undefined || host === undefined || position < 0) return [];
    return finding('ChallengeUnanswered', {
      message: `the ACME challenge for ${quote(host)} is not answered: ${redirectedBy} redirects plain HTTP of the host to https`,
      path: `spec.rules[${index}].http.paths[${position}]`,
      value: host,
    });
  });
}
