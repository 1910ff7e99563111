import { isChallenge } from './challenge-path.ts';
import { parseHost } from './host.ts';
import { ACME_SOLVER_LABEL, type K8sIngress } from './kubernetes.ts';
import { CHALLENGE_ANNOTATION } from './own-annotations.ts';
import { record } from './shape.ts';

/**
 * Ingresses that an issuer makes for challenges alone (VAL-19). An Ingress that lets challenges through answers those for its
 * hosts, too, as if its own rules named them: only of its own namespace, so that no tenant answers for another.
 */

type Rules = NonNullable<K8sIngress['spec']['rules']>;

/** Returns whether an Ingress is one that cert-manager makes for a challenge. */
export const isSolver = ({ metadata }: K8sIngress): boolean => record(metadata.labels)[ACME_SOLVER_LABEL] === 'true';

/** Returns whether an Ingress has the annotation that lets challenges through, whatever its value. */
export const takesSolvers = ({ metadata }: K8sIngress): boolean =>
  Object.hasOwn(record(metadata.annotations), CHALLENGE_ANNOTATION);

/** Returns the host of a rule in its canonical form. @returns undefined for none. */
function hostIn(host: unknown): string | undefined {
  const parsed = typeof host === 'string' && host !== '' ? parseHost(host) : undefined;
  return parsed !== undefined && 'host' in parsed ? parsed.host : undefined;
}

const rulesOf = ({ spec }: K8sIngress): Rules => (Array.isArray(spec?.rules) ? spec.rules : []);

/** Returns the rules of a solver for some hosts, with the paths of challenges alone. */
function challengeRules(solver: K8sIngress, hosts: ReadonlySet<string>): Rules {
  return rulesOf(solver).flatMap((rule) => {
    const host = hostIn(rule?.host);
    if (host === undefined || !hosts.has(host)) return [];
    const paths = rule.http?.paths;
    const own = Array.isArray(paths) ? paths.filter((each) => isChallenge(each?.path)) : [];
    return own.length === 0 ? [] : [{ host, http: { paths: own } }];
  });
}

/**
 * Returns an Ingress with the challenges of solvers for its hosts, behind its own rules; itself where there are none.
 *
 * @param solvers in any order; those of other namespaces, and Ingresses that are no solvers, do not count.
 */
export function withSolvers(ingress: K8sIngress, solvers: Iterable<K8sIngress>): K8sIngress {
  if (!takesSolvers(ingress) || isSolver(ingress)) return ingress;
  const hosts = new Set(rulesOf(ingress).flatMap((rule) => hostIn(rule?.host) ?? []));
  const { namespace } = ingress.metadata;
  const own = [...solvers]
    .filter((solver) => solver.metadata.namespace === namespace && isSolver(solver))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const rules = own.flatMap((solver) => challengeRules(solver, hosts));
  return rules.length === 0
    ? ingress
    : { ...ingress, spec: { ...ingress.spec, rules: [...rulesOf(ingress), ...rules] } };
}
