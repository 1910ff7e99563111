import type { Incumbent, IncumbentPolicy, IncumbentServer, IncumbentTarget } from '../../../lib/adopt/incumbent.ts';

const SNI = 'CLIENT.SSL.CLIENT_HELLO.SNI';

/** A policy of the incumbent's for one host. */
export function policy(host: string, priority: number, more: Partial<IncumbentPolicy> = {}): IncumbentPolicy {
  return {
    name: `k8s-${host}`,
    priority,
    rule: host.startsWith('*') ? `${SNI}.ENDSWITH("${host.slice(1)}")` : `${SNI}.EQ("${host}")`,
    action: `k8s-${host}`,
    undefAction: undefined,
    forward: `k8s-${host}`,
    ends: true,
    standsFor: undefined,
    ...more,
  };
}

/** An SSL front end of the incumbent's. */
export function server(policies: readonly IncumbentPolicy[], more: Partial<IncumbentServer> = {}): IncumbentServer {
  return {
    name: 'k8s-192.0.2.10_443_ssl',
    type: 'csvserver',
    servicetype: 'SSL',
    frontend: { vip: '192.0.2.10', port: 443, kind: 'tls' },
    policies,
    others: [],
    record: undefined,
    taken: new Set(),
    ...more,
  };
}

export function incumbent(servers: readonly IncumbentServer[], members = '10.1.0.1 8443'): Incumbent {
  const names = servers.flatMap(({ policies }) => policies.flatMap(({ forward }) => forward ?? []));
  const target = (name: string): IncumbentTarget => ({
    name,
    servicetype: 'TCP',
    persistence: 'NONE',
    groups: [name],
    members,
  });
  return { servers, targets: new Map(names.map((name) => [name, target(name)])) };
}
