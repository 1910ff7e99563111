import type { Finding, ResolvedBackend } from '../contract/index.ts';
import type { Backend } from '../route/index.ts';
import { refKey, type ServiceRef } from './backend-ref.ts';
import { finding, quote } from './finding.ts';
import { admitMembers } from './members.ts';
import type { BackendSettingsRead } from './smart.ts';

/**
 * The back end of a host whose Ingress names none that can be used. It has no member, so the host is reset and does
 * not fall to a wildcard (VAL-8). No Service port is 0, so none is ever confused with it.
 */
export const NO_BACKEND: ServiceRef = { service: 'closed', port: 0 };

/** A host and the back end that it is sent to. */
export interface HostTarget {
  readonly host: string;
  readonly ref: ServiceRef;
  /** Where the back end stands in the Ingress. */
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

/** The members of one back end, and what keeps it from serving (VAL-7, VAL-8, VAL-15). */
function membersOf(
  target: HostTarget,
  resolved: ResolvedBackend,
  networks: readonly string[] | undefined,
): { members: Backend['members']; findings: Finding[] } {
  if (resolved.problem !== undefined) return { members: [], findings: [problemOf(resolved.problem, target)] };
  const value = refKey(target.ref);
  const admitted = admitMembers(resolved.members, networks, value, target.at);
  if (admitted.members.length > 0) return admitted;
  const message = `${quote(value)} has no usable endpoint: its hosts are reset`;
  const path = `${target.at}.service.name`;
  return { members: [], findings: [...admitted.findings, finding('NoEndpoints', { message, path, value })] };
}

/**
 * Every host's back end, once however many hosts use it.
 *
 * @param resolved what the forwarder found; a Service that it says nothing of is not there.
 * @param networks ranges that members must lie in; all but the never-allowed where absent.
 */
export function programBackends(
  targets: readonly HostTarget[],
  resolved: readonly ResolvedBackend[],
  settings: BackendSettingsRead,
  networks: readonly string[] | undefined,
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
    const found = membersOf(target, known.get(key) ?? { ...ref, problem: 'ServiceNotFound', members: [] }, networks);
    backends.set(key, { ...name, members: found.members, settings: settings.of(ref.service) });
    findings.push(...found.findings);
  }
  return { backends: [...backends.values()], findings };
}
