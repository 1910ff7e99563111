import { type Finding, type ResolvedBackend, stableJson } from '../contract/index.ts';
import { type Backend, backendRef, type Challenge, longestChallenge, tokenIn } from '../route/index.ts';
import { type LocatedPath, pathBackend } from './backend-choice.ts';
import { refKey } from './backend-ref.ts';
import { CHALLENGE_PORT, isChallenge } from './challenge-path.ts';
import { finding, quote, quoteAll } from './finding.ts';
import type { HostRule } from './host-rules.ts';
import { admitMembers, type MemberRules } from './members.ts';
import { CHALLENGE_ANNOTATION as KEY, type OwnAnnotations } from './own-annotations.ts';

/** Value of the annotation that lets challenges through. */
const ALLOW = 'allow';

/** Whether the redirect of an Ingress lets challenges of its hosts through (VAL-19). */
interface ChallengePolicy {
  readonly allowed: boolean;
  readonly findings: readonly Finding[];
  /** Completes "is not answered: …", and how to change that; undefined where challenges are let through. */
  readonly obstacle?: { readonly reason: string; readonly remedy?: string };
}

/**
 * Reads whether challenges are let through. A value that cannot be read lets none through:
 *
 * | annotation | plain HTTP on port 80 | challenges             | finding                |
 * | ---------- | --------------------- | ---------------------- | ---------------------- |
 * | absent     | anything              | as before: unanswered  |                        |
 * | `allow`    | redirected            | are let through        |                        |
 * | `allow`    | not redirected        | unanswered             | ChallengeNotRedirected |
 * | other      | anything              | unanswered             | InvalidAnnotation      |
 *
 * @param redirectPort port of the redirects; undefined where there are none.
 */
export function challengePolicy(own: OwnAnnotations, redirectPort: number | undefined): ChallengePolicy {
  const annotation = own.get('acme-challenge');
  const redirected = redirectPort === CHALLENGE_PORT;
  const nowhere = { reason: 'its solver receives neither plain HTTP nor TLS of the host' };
  if (annotation === undefined) {
    const obstacle = redirected
      ? { reason: 'plain HTTP of the host is redirected to https', remedy: LET_THROUGH }
      : { ...nowhere, remedy: `Write insecure-termination: redirect and ${KEY}: "${ALLOW}", or use DNS-01.` };
    return { allowed: false, findings: [], obstacle };
  }
  const { key, path, value } = annotation;
  if (value.trim().toLowerCase() !== ALLOW) {
    const message = `${key} is ${quote(value)}, which is not ${ALLOW}: no challenge is let through`;
    const invalid = finding('InvalidAnnotation', { message, path, value, remedy: `Write ${ALLOW}, or remove it.` });
    return { allowed: false, findings: [invalid], obstacle: { reason: `${key} is not ${ALLOW}` } };
  }
  if (redirected) return { allowed: true, findings: [] };
  const where =
    redirectPort === undefined ? 'the Ingress redirects nothing' : `the redirect is on port ${redirectPort}`;
  const message = `${key} has no effect: ${where}, and a certificate authority asks on port ${CHALLENGE_PORT}`;
  return {
    allowed: false,
    findings: [finding('ChallengeNotRedirected', { message, path, value })],
    obstacle: nowhere,
  };
}

const LET_THROUGH = `Write ${KEY}: "${ALLOW}" on the Ingress that redirects, or use DNS-01.`;

/** The challenges of an Ingress that are let through, with the back ends that answer them. */
interface LetThrough {
  readonly challenges: readonly Omit<Challenge, 'kind' | 'frontend'>[];
  readonly backends: readonly Backend[];
  readonly findings: readonly Finding[];
}

interface SolverInput {
  /** Hosts that are programmed, with all their paths. */
  readonly hosts: readonly HostRule[];
  readonly policy: ChallengePolicy;
  readonly resolved: readonly ResolvedBackend[];
  /** `service:port` of the back ends that TLS reaches. */
  readonly passthrough: ReadonlySet<string>;
  readonly rules: MemberRules;
}

/**
 * Returns the challenges that are let through (VAL-19): each for exactly one host and one token, to a Service that TLS does
 * not reach and that has a member. Without a member the path is redirected like every other.
 */
export function letThrough(input: SolverInput): LetThrough {
  const challenges: Omit<Challenge, 'kind' | 'frontend'>[] = [];
  const backends = new Map<string, Backend>();
  const findings: Finding[] = [];
  for (const { host, paths } of input.hosts) {
    const own = paths.filter(({ entry }) => isChallenge(entry.path));
    const { obstacle } = input.policy;
    const [first] = own;
    if (first !== undefined && obstacle !== undefined) {
      findings.push(unanswered(host, first, obstacle.reason, obstacle.remedy));
      continue;
    }
    for (const same of Map.groupBy(own, ({ entry }) => entry.path).values()) {
      const [path] = same as [LocatedPath];
      const several = new Set(same.map(({ entry }) => stableJson(entry.backend))).size > 1;
      const solver = several ? { reason: 'its path names several back ends' } : solverOf(host, path, input);
      if ('reason' in solver) {
        findings.push(unanswered(host, path, solver.reason));
        continue;
      }
      const { token, backend } = solver;
      challenges.push({ host, token, backend: backendRef(backend) });
      backends.set(backendRef(backend), backend);
      findings.push(...solver.findings);
    }
  }
  return { challenges, backends: [...backends.values()], findings };
}

function unanswered(host: string, { at }: LocatedPath, reason: string, remedy?: string): Finding {
  const message = `${host}: the ACME challenge is not answered: ${reason}`;
  return finding('ChallengeUnanswered', {
    message,
    path: at,
    value: host,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

interface Solver {
  readonly token: string;
  readonly backend: Backend;
  readonly findings: readonly Finding[];
}

/** Returns what answers a challenge, or why nothing does. */
function solverOf(
  host: string,
  located: LocatedPath,
  { resolved, passthrough, rules }: SolverInput,
): Solver | { readonly reason: string } {
  const { path = '' } = located.entry;
  if (host.startsWith('*')) return { reason: 'an authority validates no wildcard by HTTP-01' };
  const token = tokenIn(path);
  if (token === undefined) return { reason: `the path ${quote(path)} names no token` };
  if (host.length + token.length > longestChallenge) return { reason: 'host and token are too long for the appliance' };
  const { ref } = pathBackend(host, located);
  if (ref === undefined) return { reason: 'its path names no Service and port' };
  const name = refKey(ref);
  if (passthrough.has(name)) return { reason: `${quote(name)} is the back end for TLS, which expects no plain HTTP` };
  const found = resolved.find((backend) => refKey(backend) === name);
  const problem = found === undefined ? 'ServiceNotFound' : found.problem;
  if (problem !== undefined) return { reason: `the solver ${quote(name)} cannot be used: ${PROBLEMS[problem]}` };
  const { members, findings } = admitMembers(found?.members ?? [], rules, name, located.at);
  if (members.length > 0) {
    const backend = { service: ref.service, port: String(ref.port), members, settings: {} };
    return { token, backend, findings };
  }
  const forbidden = findings.length === 0 ? '' : `: ${quoteAll((found?.members ?? []).map(({ address }) => address))}`;
  return { reason: `the solver ${quote(name)} has no usable endpoint${forbidden}` };
}

const PROBLEMS: Readonly<Record<NonNullable<ResolvedBackend['problem']>, string>> = {
  ServiceNotFound: 'the Service does not exist',
  ServicePortNotFound: 'the Service has no such TCP port',
  ExternalNameUnsupported: 'the Service is of type ExternalName',
};
