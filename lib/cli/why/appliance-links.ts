import { hostPort, type Owner, objectOf, qualifiedName } from '../../contract/index.ts';
import { writtenHost } from '../../route/index.ts';
import type { ClaimStatus, RouteStatus } from '../../status/index.ts';
import { foldedHost } from './folded-host.ts';
import type { NamingObject, WhyInput } from './input.ts';
import { failed, type Judgement, ok, unseen } from './judgement.ts';
import { kubectlWords, namedObject } from './object-name.ts';

const NOT_LOOKED_AT = 'the appliance was not looked at';

/** Judges whether the appliance answers NITRO, from this machine. */
export function answersNitro({ appliance }: WhyInput): Judgement {
  if (appliance.kind === 'unseen') return unseen(appliance.why);
  if (appliance.kind === 'unreachable') return failed(appliance.why, appliance.remedy);
  return ok(`${appliance.name} answers`);
}

export function isHolder(input: WhyInput): Judgement {
  const routes = tlsRoutes(input);
  if (routes === undefined) return holderAmongSources(input);
  for (const route of routes) {
    const waits = route.standby.find((claim) => isOurs(input, claim));
    if (waits !== undefined && route.holder !== undefined) return conflict(input, route, route.holder, waits);
  }
  const other = routes.find((route) => route.holder !== undefined && !ours(input, route));
  if (other?.holder !== undefined && !routes.some((route) => ours(input, route))) {
    return ok(`${nameOf(other.holder.owner)} holds ${subject(input, other)} on ${addressOf(other)}${others(input)}`);
  }
  const held = routes.find((route) => ours(input, route));
  return held?.holder === undefined
    ? ok(`nobody else holds the host${others(input)}`)
    : ok(
        `${nameOf(held.holder.owner)} holds ${subject(input, held)} on ${addressOf(held)}, since ${date(held.holder.created)}${others(input)}`,
      );
}

/** Names a route in a sentence: the host, or the wildcard by which its clients are served. */
const subject = ({ host }: WhyInput, route: RouteStatus): string =>
  route.host === undefined || route.host === foldedHost(host)
    ? 'the host'
    : `${writtenHost(route.host)}, which covers the host,`;

/** Says who holds other wildcards that cover the host: the more specific name comes first (TLS-2). */
function others({ appliance }: WhyInput): string {
  if (appliance.kind !== 'read') return '';
  const texts = appliance.covering.flatMap(({ host, holder }) =>
    host === undefined || holder === undefined ? [] : [`${nameOf(holder.owner)} holds ${writtenHost(host)}`],
  );
  return texts.length === 0 ? '' : `; ${[...new Set(texts)].join(', ')}, which comes after it`;
}

/** Judges by the manifests or the cluster alone, where the appliance was not looked at. */
function holderAmongSources(input: WhyInput): Judgement {
  const waits = routed(input).find(({ conflict }) => conflict !== undefined);
  if (waits?.conflict === undefined) return unseen(NOT_LOOKED_AT);
  return failed(`${waits.name}: ${waits.conflict.message}`, waits.conflict.remedy);
}

const conflict = (input: WhyInput, route: RouteStatus, holder: ClaimStatus, waits: ClaimStatus): Judgement =>
  failed(
    `${nameOf(holder.owner)} holds ${subject(input, route)} on ${addressOf(route)}: it is older (${date(holder.created)}), and ${nameOf(waits.owner)} waits behind it`,
    `If ${nameOf(waits.owner)} should serve the host, take it out of the older one, or delete that: kubectl edit ${kubectlWords(qualifiedName(holder.owner))}. The other takes over in the same moment.`,
  );

export function isRecorded(input: WhyInput): Judgement {
  const { appliance } = input;
  if (appliance.kind !== 'read') return unseen(NOT_LOOKED_AT);
  const [pending] = appliance.unfinished;
  if (pending !== undefined) return isUnfinished(input, pending.name, pending.missing);
  const sought = [...appliance.routes, ...appliance.covering].filter((route) => isSought(input, route));
  const claims = sought.flatMap(({ holder, standby }) => [...(holder === undefined ? [] : [holder]), ...standby]);
  const claim = claims.find((each) => isOurs(input, each));
  if (claim === undefined) return notRecorded(input);
  if (claim.pending) return isUnfinished(input, qualifiedName(claim.owner), []);
  const applied =
    claim.applied === undefined ? '' : `, as of ${new Date(claim.applied).toISOString().replace(/\.\d+Z$/, 'Z')}`;
  return ok(`the appliance has the ${objectOf(claim.owner).kind}${applied}`);
}

function notRecorded(input: WhyInput): Judgement {
  const [first] = routed(input);
  const kind = first === undefined ? 'Ingress' : namedObject(first.name).kind;
  const warned = first?.warning === undefined ? '' : `. Its last warning: ${first.warning}`;
  const { queue } = input;
  const parked = typeof queue === 'string' ? 0 : queue.parked;
  const letters = parked === 0 ? '' : `. ${parked} dead ${parked === 1 ? 'letter is' : 'letters are'} parked`;
  const redrive =
    typeof queue === 'string'
      ? 'nspass redrive --dry-run'
      : `nspass redrive --deployment ${queue.deployment} --appliance ${queue.appliance} --dry-run`;
  return failed(
    `the appliance has no claim of this ${kind} on the host: its event has not arrived, or was rejected${warned}${letters}`,
    `Look at its Events (${describe(first?.name)}), then at the forwarder’s /readyz, and at dead letters: ${redrive}`,
  );
}

/** Judges an object whose record is pending: names the objects that it lacks, and the answer of the appliance if it was seen. */
function isUnfinished(input: WhyInput, name: string, missing: readonly string[]): Judgement {
  const warning = routed(input).find((candidate) => candidate.name === name)?.warning;
  // Rows of string maps are records: the object is what people know.
  const objects = missing.filter((command) => !command.includes(' policy stringmap '));
  const [object, ...others] = objects.length > 0 ? objects : missing;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  const lacks = object === undefined ? '' : `. The appliance lacks: ${object}${more}`;
  const detail = warning === undefined ? lacks : `. Its last warning: ${warning}`;
  const answer =
    warning === undefined ? `${describe(name)} shows the object and the appliance’s answer.` : 'Remove the cause.';
  return failed(
    `the last change of ${name} is unfinished: the appliance refused an object, or it is being written${detail}`,
    `${answer} The audit tries it again; at once: curl -X POST http://127.0.0.1:8081/snapshot on the forwarder (docs/runbooks/poison-event.md).`,
  );
}

const describe = (name: string | undefined): string =>
  name === undefined ? 'kubectl describe ingress' : `kubectl describe ${kubectlWords(name)}`;

export function isProgrammed(input: WhyInput): Judgement {
  const routes = tlsRoutes(input);
  if (routes === undefined) return unseen(NOT_LOOKED_AT);
  const route = routes.find((each) => ours(input, each)) ?? routes[0];
  if (route === undefined) return failed('no TLS front end has the host', 'Run nspass plan: it shows what is missing.');
  if (route.state === 'unbound' || route.state === 'stray') {
    return failed(
      `the row of ${subject(input, route)} on ${addressOf(route)} does not lead to its back end: it was changed by hand, or a write is under way`,
      'The audit repairs it within minutes; at once: POST /snapshot?verify=APPLIANCE on the forwarder.',
    );
  }
  return ok(`${subject(input, route)} is programmed on ${addressOf(route)}`);
}

export function hasMembers(input: WhyInput): Judgement {
  const routes = tlsRoutes(input);
  if (routes === undefined) return unseen(NOT_LOOKED_AT);
  const route = routes.find((each) => ours(input, each)) ?? routes[0];
  const members = route?.members ?? [];
  const up = members.filter(({ state }) => state === 'UP').length;
  if (members.length === 0) {
    const why = route === undefined ? undefined : unusableBackend(input, route);
    if (why !== undefined) return why;
    return failed(
      `the back end ${route?.holder?.backend} has no member, so connections are reset`,
      'No pod of the Service is ready, or its addresses lie outside memberNetworks: kubectl get endpointslices.',
    );
  }
  if (up === 0) {
    const list = members.map(({ address, port, state }) => `${hostPort(address, port)} ${state}`).join(', ');
    return failed(
      `${members.length === 1 ? 'the only member is not' : `none of the ${members.length} members is`} up: ${list}`,
      'The appliance must reach these addresses and ports: check routes, security groups and the pods’ port.',
    );
  }
  return ok(`${up} of ${members.length} up`);
}

/** Returns why the back ends of a TLSRoute cannot be used, where its manifests say so: all of its hosts share them. */
function unusableBackend(input: WhyInput, { holder }: RouteStatus): Judgement | undefined {
  if (holder === undefined || objectOf(holder.owner).kind !== 'TLSRoute') return undefined;
  const route = routed(input).find(({ name }) => name === qualifiedName(holder.owner));
  const [found] = route?.findings ?? [];
  return found && failed(`${route?.name}: ${found.message}, so connections are reset`, found.remedy);
}

/** Returns whether a route is of the host, or the wildcard, that the candidates name. */
const isSought = ({ host, wildcard, candidates }: WhyInput, route: RouteStatus): boolean =>
  typeof candidates === 'string' || writtenHost(route.host ?? '') === foldedHost(wildcard ?? host);

const routed = ({ candidates }: WhyInput): NamingObject[] =>
  typeof candidates === 'string' ? [] : candidates.filter((candidate) => candidate.routed);

function isOurs(input: WhyInput, { owner }: ClaimStatus): boolean {
  const names = routed(input).map(({ name }) => name);
  return owner.cluster === input.cluster && (names.length === 0 || names.includes(qualifiedName(owner)));
}

/** Returns the routes that a TLS client meets; undefined if the appliance was not read. */
const tlsRoutes = ({ appliance }: WhyInput): RouteStatus[] | undefined =>
  appliance.kind === 'read' ? appliance.routes.filter(({ frontend }) => frontend.kind === 'tls') : undefined;

const ours = (input: WhyInput, { holder }: RouteStatus): boolean => holder !== undefined && isOurs(input, holder);
const nameOf = (owner: Owner): string => `${owner.cluster}/${qualifiedName(owner)}`;
const addressOf = ({ frontend }: RouteStatus): string => hostPort(frontend.vip, frontend.port);
const date = (seconds: number): string =>
  seconds === 0 ? 'an unknown time' : new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
