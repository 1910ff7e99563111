import type { Finding } from '../contract/index.ts';
import { readAnnotations } from './annotations.ts';
import { toRules } from './backend-ref.ts';
import { CHALLENGE_PORT, isChallenge } from './challenge-path.ts';
import { finding, quote } from './finding.ts';
import { portOf } from './frontend.ts';
import { parseHost } from './host.ts';
import { insecureTermination } from './insecure.ts';
import type { K8sIngress } from './kubernetes.ts';
import { CHALLENGE_ANNOTATION } from './own-annotations.ts';
import { record } from './shape.ts';
import { isSolver, withSolvers } from './solver-ingress.ts';

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
 * of the host. Where that one takes the challenge over, its own findings say what becomes of it (VAL-19).
 *
 * @param redirected the redirecting Ingress, by host.
 */
export function unansweredChallenges(ingress: K8sIngress, redirected: ReadonlyMap<string, K8sIngress>): Finding[] {
  return toRules(ingress).flatMap(({ host, paths }, index) => {
    const parsed = host === undefined ? undefined : parseHost(host);
    const redirectedBy = parsed !== undefined && 'host' in parsed ? redirected.get(parsed.host) : undefined;
    const position = paths.findIndex(({ path }) => isChallenge(path));
    if (redirectedBy === undefined || host === undefined || position < 0) return [];
    if (withSolvers(redirectedBy, [ingress]) !== redirectedBy) return [];
    const { namespace, name } = redirectedBy.metadata;
    const together = namespace === ingress.metadata.namespace && isSolver(ingress);
    return finding('ChallengeUnanswered', {
      message: `the ACME challenge for ${quote(host)} is not answered: ${namespace}/${name} redirects plain HTTP of the host to https`,
      ...(together ? { remedy: `Write ${CHALLENGE_ANNOTATION}: "allow" on ${namespace}/${name}, or use DNS-01.` } : {}),
      path: `spec.rules[${index}].http.paths[${position}]`,
      value: host,
    });
  });
}
