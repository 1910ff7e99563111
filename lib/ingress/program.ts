import type { Finding, ResolvedBackend } from '../contract/index.ts';
import type { Backend } from '../route/index.ts';
import type { ParsedAccess } from './access.ts';
import { refKey, type ServiceRef } from './backend-ref.ts';
import { finding, quote } from './finding.ts';
import { admitMembers, type MemberRules } from './members.ts';
import type { ProxiedSettings } from './proxy-protocol.ts';

/**
 * The back end of a host whose Ingress names no usable one. It has no members, so the host is reset and does not fall
 * back to a wildcard (VAL-8). No Service has a port 0, so no real back end equals it.
 */
export const NO_BACKEND: ServiceRef = { service: 'closed', port: 0 };

/** A host with its back end. */
export interface HostTarget {
  readonly host: string;
  readonly ref: ServiceRef;
  /** Path of the back end in the Ingress. */
  readonly at: string;
}

function problemOf(
  problem: NonNullable<ResolvedBackend['problem']>,
  { ref: { service, port }, at }: HostTarget,
): Finding {
  const path = `${at}.service.name`;
  switch (problem) {
    case 'ServiceNotFound':
      return finding(problem, { message: `Service ${quote(service)} does not exist`, path, value: service });
    case 'ServicePortNotFound': {
      const value = String(port);
      const message = `Service ${quote(service)} has no TCP port ${quote(value)}`;
      return finding(problem, { message, path: `${at}.service.port`, value });
    }
    case 'ExternalNameUnsupported':
      return finding(problem, { message: `Service ${quote(service)} is of type ExternalName`, path, value: service });
  }
}

/** Returns the members of one back end, and findings about missing members (VAL-7, VAL-8, VAL-15). */
function membersOf(
  target: HostTarget,
  resolved: ResolvedBackend,
  rules: MemberRules,
): { members: Backend['members']; findings: Finding[] } {
  if (resolved.problem !== undefined) return { members: [], findings: [problemOf(resolved.problem, target)] };
  const value = refKey(target.ref);
  const admitted = admitMembers(resolved.members, rules, value, target.at);
  if (admitted.members.length > 0) return admitted;
  const message = `${quote(value)} has no usable endpoint: its hosts are reset`;
  const path = `${target.at}.service.name`;
  return { members: [], findings: [...admitted.findings, finding('NoEndpoints', { message, path, value })] };
}

/**
 * Returns the back ends of all hosts. Hosts with the same back end share one.
 *
 * @param resolved back ends that the forwarder resolved; any other Service does not exist.
 * @param access who may connect, to any of the hosts.
 * @param rules addresses that members may have.
 */
export function programBackends(
  targets: readonly HostTarget[],
  resolved: readonly ResolvedBackend[],
  settings: ProxiedSettings,
  { access, closed }: ParsedAccess,
  rules: MemberRules,
): { backends: Backend[]; findings: Finding[] } {
  const known = new Map(resolved.map((backend) => [refKey(backend), backend]));
  const backends = new Map<string, Backend>();
  const findings: Finding[] = [];
  for (const target of targets) {
    const { ref } = target;
    const key = refKey(ref);
    if (backends.has(key)) continue;
    const name = { service: ref.service, port: String(ref.port) };
    if (ref === NO_BACKEND) {
      backends.set(key, { ...name, members: [], settings: {} });
      continue;
    }
    const found = membersOf(target, known.get(key) ?? { ...ref, problem: 'ServiceNotFound', members: [] }, rules);
    const own = { ...settings.of(ref.service), ...(access === undefined ? {} : { access }) };
    // Without members its hosts are reset, and none falls to a wildcard (VAL-8).
    const members = closed || settings.closes(ref.service) ? [] : found.members;
    backends.set(key, { ...name, members, settings: own });
    findings.push(...found.findings);
  }
  return { backends: [...backends.values()], findings };
}
