import type { AuditFinding } from '../audit/index.ts';
import { hostPort, type Owner, ownerKey, qualifiedName } from '../contract/index.ts';
import { type Names, objectName } from '../netscaler/index.ts';
import { nounOf } from '../plan/index.ts';
import type { RouteStatus } from '../status/index.ts';
import type { PathLink, RoutePath } from './api.ts';
import type { SeenCertificates } from './certificates.ts';
import { driftItem } from './drift.ts';
import { rowOf, shownHost } from './routes-page.ts';

/** What the path of a host is drawn from. */
export interface PathFacts {
  readonly route: RouteStatus;
  readonly names: Names;
  readonly findings: readonly AuditFinding[];
  /** Name in `appliances.yml`, for remedies. */
  readonly appliance: string | undefined;
  readonly seen?: SeenCertificates;
}

/** Returns the path of one host from the client to the members, with the findings about it. Pure. */
export function routePath({ route, names, findings, appliance, seen = new Map() }: PathFacts): RoutePath {
  return {
    route: rowOf(route, seen),
    refused: route.refused,
    links: [clientLink(route), frontendLink(route, names), hostLink(route, names), backendLink(route)].filter(
      (link) => link !== undefined,
    ),
    members: route.members,
    standby: route.standby.map(({ owner, created, backend }) => ({ owner, created: created * 1000, backend })),
    drift: findings
      .filter((finding) => concerns(finding, route, names))
      .map((finding) => driftItem(finding, appliance)),
  };
}

const addressOf = ({ frontend }: RouteStatus): string => hostPort(frontend.vip, frontend.port);
const nameOf = (owner: Owner): string => `${owner.cluster} ${qualifiedName(owner)}`;

function clientLink(route: RouteStatus): PathLink {
  const host = shownHost(route);
  const text =
    route.frontend.kind === 'tls'
      ? `A TLS handshake with the server name ${host} goes to ${addressOf(route)}.`
      : `A request with the host ${host} goes to ${addressOf(route)}, without TLS.`;
  return { kind: 'client', name: host, ok: true, text };
}

function frontendLink({ frontend, ...route }: RouteStatus, names: Names): PathLink {
  return {
    kind: 'frontend',
    name: addressOf({ ...route, frontend }),
    object: `${nounOf('csvserver')} ${names.csvserver(frontend)}`,
    ok: true,
    text:
      frontend.kind === 'tls'
        ? 'The virtual server reads the server name, and looks the host up in its string map.'
        : 'The virtual server looks the host up in its string map, and answers with a redirect.',
  };
}

/** Returns what the row of a host does. */
function rowText({ state, holder }: RouteStatus): string {
  const name = holder === undefined ? 'nobody' : nameOf(holder.owner);
  if (state === 'stray') return 'The host has a row that no Ingress claims.';
  if (state === 'unbound') {
    return `${name} claims the host, but no row leads to its back end: a wildcard serves the host, or it is reset.`;
  }
  return `The row of the host leads to the ${state === 'redirect' ? 'redirect' : 'back end'} of its holder, ${name}.`;
}

function hostLink(route: RouteStatus, names: Names): PathLink {
  const { state, holder, host } = route;
  const pending = holder?.pending === true ? ' Its last change is unfinished.' : '';
  return {
    kind: 'host',
    name: shownHost(route),
    object: [
      nounOf('policystringmap_pattern_binding'),
      names.frontendMap(route.frontend),
      ...(host === undefined ? [] : [host]),
    ].join(' '),
    ok: state !== 'unbound' && state !== 'stray',
    text: `${rowText(route)}${pending}`,
  };
}

/** @returns undefined for a row that nobody claims: where it leads is unknown. */
function backendLink({ holder, state, members, securePort, object }: RouteStatus): PathLink | undefined {
  if (securePort !== undefined) {
    return {
      kind: 'backend',
      name: `redirect to port ${securePort}`,
      ok: state !== 'unbound',
      text: `The client is sent to https on port ${securePort}.`,
    };
  }
  if (holder === undefined || object === undefined) return undefined;
  const up = members.filter((member) => member.state === 'UP').length;
  return {
    kind: 'backend',
    name: holder.backend ?? object,
    object: `${nounOf('lbvserver')} ${object}`,
    ok: up > 0,
    text:
      members.length === 0
        ? 'The service group has no member: connections are reset.'
        : `${up} of ${members.length} members ${members.length === 1 ? 'is' : 'are'} up.`,
  };
}

/** Tells whether a finding is about an Ingress that claims the host, or about an object of the path. */
function concerns({ object, owners }: AuditFinding, route: RouteStatus, names: Names): boolean {
  const claims = route.holder === undefined ? route.standby : [route.holder, ...route.standby];
  const keys = new Set(claims.map(({ owner }) => ownerKey(owner)));
  const map = names.frontendMap(route.frontend);
  const objects = [
    objectName({ type: 'csvserver', id: { name: names.csvserver(route.frontend) } }),
    objectName({ type: 'policystringmap', id: { name: map } }),
    ...(route.host === undefined
      ? []
      : [objectName({ type: 'policystringmap_pattern_binding', id: { name: map, key: route.host } })]),
  ];
  return owners.some((owner) => keys.has(ownerKey(owner))) || objects.includes(object);
}
