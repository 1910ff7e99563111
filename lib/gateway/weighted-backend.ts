import type { Finding, Member, TlsRouteBackend, TlsRouteState } from '../contract/index.ts';
import { finding, quote } from '../ingress/finding.ts';
import { admitMembers, type MemberRules } from '../ingress/members.ts';
import { NO_BACKEND } from '../ingress/program.ts';
import { type Backend, backendRef, spreadOver } from '../route/index.ts';
import type { OwnSettings } from './own-settings.ts';

const AT = 'spec.rules[0].backendRefs';

/** Names the back end of a rule with several Services. No Service has a port 0, so no real back end equals it. */
const WEIGHTED = { service: 'weighted', port: '0' } as const;

/** Returns `namespace/service:port`, the namespace only where it is not that of the route. */
function textOf({ namespace, service, port }: TlsRouteBackend, route: TlsRouteState): string {
  const name = namespace === route.namespace ? service : `${namespace}/${service}`;
  return port === undefined ? name : `${name}:${port}`;
}

/** Reports a back end that the forwarder could not resolve, without what only the cluster knows. */
function problemOf(problem: NonNullable<TlsRouteBackend['problem']>, value: string, path: string): Finding {
  switch (problem) {
    case 'BackendNotFound':
      return finding('TLSRouteBackendNotFound', {
        message: `the back end ${quote(value)} does not exist`,
        path,
        value,
      });
    case 'RefNotPermitted':
      return finding('TLSRouteBackendForbidden', {
        message: `no ReferenceGrant permits the back end ${quote(value)}`,
        path,
        value,
      });
    case 'InvalidKind':
      return finding('TLSRouteBackendUnsupported', {
        message: `the back end ${quote(value)} is not a Service`,
        path,
        value,
      });
    case 'UnsupportedValue':
      return finding('TLSRouteBackendUnsupported', {
        message: `the back end ${quote(value)} cannot be used as it is configured`,
        path,
        value,
      });
  }
}

/**
 * Returns the back end of a route (GW-16): the Services of its rule, whose members share the connections by weight. A
 * Service that cannot be used would reject its share. The appliance cannot reject a share, so the whole route is reset
 * while a back end with a weight is unusable: nothing is led elsewhere.
 *
 * @param own what annotations of the route set.
 * @param rules addresses that members may have.
 */
export function routeBackend(
  route: TlsRouteState,
  own: Pick<OwnSettings, 'settings' | 'closed'>,
  rules: MemberRules,
): { readonly backend: Backend; readonly findings: readonly Finding[] } {
  const judged = (route.rules[0]?.backends ?? []).map((backend, index) =>
    judge(backend, textOf(backend, route), `${AT}[${index}]`, rules),
  );
  const findings = judged.flatMap((each) => each.findings);
  const shares = judged.filter(({ weight }) => weight > 0);
  const { members, settings, unserved } = spreadOver(shares);
  if (judged.length > 0 && shares.length === 0) findings.push(noShare());
  const name = nameOf(shares.map((share) => share.backend));
  const isReset = own.closed || unserved > 0;
  return {
    backend: { ...name, members: isReset ? [] : members, settings: { ...settings, ...own.settings } },
    findings,
  };
}

/** Reports a rule whose back ends all have the weight 0: no Service may take its connections (GW-16). */
function noShare(): Finding {
  return finding('NoEndpoints', {
    message: 'every back end has the weight 0: the hosts of the route are reset',
    path: 'spec.rules[0].backendRefs',
    remedy: 'Give a back end a weight above 0.',
  });
}

/** Returns the name of a route's back end on the appliance: `service:port`. */
export function tlsRouteBackendName({ rules }: TlsRouteState): string {
  return backendRef(nameOf((rules[0]?.backends ?? []).filter(({ weight }) => weight > 0)));
}

interface Judged {
  readonly backend: TlsRouteBackend;
  readonly weight: number;
  /** Allowed members; none where the back end cannot be used. */
  readonly members: readonly Member[];
  readonly findings: readonly Finding[];
}

function judge(backend: TlsRouteBackend, value: string, path: string, rules: MemberRules): Judged {
  const { problem, weight } = backend;
  if (problem !== undefined) return { backend, weight, members: [], findings: [problemOf(problem, value, path)] };
  const { members, findings } = admitMembers(backend.members, rules, value, path);
  if (weight > 0 && members.length === 0) {
    const message = `${quote(value)} has no usable endpoint: the hosts of the route are reset`;
    findings.push(finding('NoEndpoints', { message, path, value }));
  }
  return { backend, weight, members, findings };
}

/** Returns the name of a back end: that of its Service, so that hosts stay where they are while it has no members. */
function nameOf(shares: readonly TlsRouteBackend[]): { readonly service: string; readonly port: string } {
  const [first, second] = shares;
  if (first === undefined) return { service: NO_BACKEND.service, port: String(NO_BACKEND.port) };
  return second === undefined ? { service: first.service, port: String(first.port ?? 0) } : WEIGHTED;
}
