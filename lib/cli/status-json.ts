import { hostPort, qualifiedName } from '../contract/index.ts';
import type { ClaimStatus, RouteStatus } from '../status/index.ts';

/** One route as programs read it. Fields are only ever added. */
export function routeJson(route: RouteStatus) {
  const { host, frontend, state, holder, standby, members, securePort } = route;
  return {
    host: host ?? null,
    frontend: `${hostPort(frontend.vip, frontend.port)}`,
    kind: frontend.kind,
    state,
    holder: holder === undefined ? null : claimJson(holder),
    standby: standby.map(claimJson),
    members: members.map((member) => ({ address: hostPort(member.address, member.port), state: member.state })),
    up: members.filter((member) => member.state === 'UP').length,
    ...(route.connections === undefined ? {} : { connections: route.connections }),
    ...(securePort === undefined ? {} : { redirectsTo: securePort }),
  };
}

function claimJson({ owner, created, backend, applied, pending, findings, draining }: ClaimStatus) {
  return {
    cluster: owner.cluster,
    ingress: qualifiedName(owner),
    created: new Date(created * 1000).toISOString(),
    ...(backend === undefined ? {} : { backend }),
    ...(applied === undefined ? {} : { applied: new Date(applied).toISOString() }),
    pending,
    findings,
    ...(draining === undefined
      ? {}
      : { draining: draining.map(({ object, due }) => ({ object, due: new Date(due * 1000).toISOString() })) }),
  };
}
