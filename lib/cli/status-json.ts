import { hostPort, qualifiedName } from '../contract/index.ts';
import type { ClaimStatus, SeenRoute } from '../status/index.ts';
import { certificateJson } from './certificate-text.ts';

/** One route as programs read it. Fields are only ever added. */
export function routeJson(route: SeenRoute) {
  const { host, frontend, state, holder, standby, members, securePort, traffic, refused, certificate } = route;
  return {
    host: host ?? null,
    frontend: `${hostPort(frontend.vip, frontend.port)}`,
    kind: frontend.kind,
    state,
    holder: holder === undefined ? null : claimJson(holder),
    standby: standby.map(claimJson),
    members: members.map((member) => ({ address: hostPort(member.address, member.port), state: member.state })),
    up: members.filter((member) => member.state === 'UP').length,
    ...(traffic === undefined
      ? {}
      : {
          connections: traffic.open,
          traffic: { connections: traffic.connections, bytesIn: traffic.received, bytesOut: traffic.sent },
        }),
    ...(refused === undefined
      ? {}
      : { frontendResets: { unknownName: refused['unknown-name'], noMember: refused['no-member'] } }),
    ...(certificate === undefined ? {} : { certificate: certificateJson(certificate) }),
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
