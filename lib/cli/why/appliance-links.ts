import { hostPort, type Owner, qualifiedName } from '../../contract/index.ts';
import type { ClaimStatus, RouteStatus } from '../../status/index.ts';
import type { NamingIngress, WhyInput } from './input.ts';
import { failed, type Judgement, ok, unseen } from './judgement.ts';

const NOT_LOOKED_AT = 'the appliance was not looked at';

/** Judges whether the appliance answers NITRO, from this machine. */
export function answersNitro({ appliance }: WhyInput): Judgement {
  if (appliance.kind === 'unseen') return unseen(appliance.why);
  if (appliance.kind === 'unreachable') return failed(appliance.why, appliance.remedy);
  return ok(`${appliance.name} answers`);
}

export function isHolder(input: WhyInput): Judgement {
  const routes = tlsRoutes(input);
  if (routes === undefined) return unseen(NOT_LOOKED_AT);
  const lost = routes.find((route) => route.standby.some((claim) => isOurs(input, claim)) && !ours(input, route));
  if (lost?.holder !== undefined) {
    return failed(
      `${nameOf(lost.holder.owner)} holds the host on ${addressOf(lost)}: it is older (${date(lost.holder.created)}), and this Ingress waits behind it`,
      'Delete that Ingress or take the host out of it: this one takes over in the same moment.',
    );
  }
  const other = routes.find((route) => route.holder !== undefined && !ours(input, route));
  if (other?.holder !== undefined && !routes.some((route) => ours(input, route))) {
    return ok(`${nameOf(other.holder.owner)} holds the host on ${addressOf(other)}`);
  }
  const held = routes.find((route) => ours(input, route));
  return held?.holder === undefined
    ? ok('nobody else holds the host')
    : ok(`${nameOf(held.holder.owner)} holds the host on ${addressOf(held)}, since ${date(held.holder.created)}`);
}

export function isRecorded(input: WhyInput): Judgement {
  const { appliance } = input;
  if (appliance.kind !== 'read') return unseen(NOT_LOOKED_AT);
  const claims = appliance.routes.flatMap(({ holder, standby }) => [
    ...(holder === undefined ? [] : [holder]),
    ...standby,
  ]);
  const claim = claims.find((each) => isOurs(input, each));
  if (claim === undefined) return notRecorded(input);
  if (claim.pending) return unfinished(input, claim.owner, appliance.missing);
  const applied =
    claim.applied === undefined ? '' : `, as of ${new Date(claim.applied).toISOString().replace(/\.\d+Z$/, 'Z')}`;
  return ok(`the appliance has the Ingress${applied}`);
}

function notRecorded(input: WhyInput): Judgement {
  const [first] = routed(input);
  const warned = first?.warning === undefined ? '' : `. Its last warning: ${first.warning}`;
  const { queue } = input;
  const parked = typeof queue === 'string' ? 0 : queue.parked;
  const letters = parked === 0 ? '' : `. ${parked} dead ${parked === 1 ? 'letter is' : 'letters are'} parked`;
  const redrive =
    typeof queue === 'string'
      ? 'nspass redrive --dry-run'
      : `nspass redrive --deployment ${queue.deployment} --appliance ${queue.appliance} --dry-run`;
  return failed(
    `the appliance has no claim of this Ingress on the host: its event has not arrived, or was rejected${warned}${letters}`,
    `Look at its Events (${describe(first?.name)}), then at the forwarder’s /readyz, and at dead letters: ${redrive}`,
  );
}

/** Judges an Ingress whose record is pending: names the objects that it lacks, and the answer of the appliance if it was seen. */
function unfinished(input: WhyInput, owner: Owner, missing: readonly string[]): Judgement {
  const name = qualifiedName(owner);
  const warning = routed(input).find((candidate) => candidate.name === name)?.warning;
  const [object, ...others] = missing;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  const lacks = object === undefined ? '' : `. The appliance lacks: ${object}${more}`;
  const says = warning === undefined ? '' : `. It said: ${warning}`;
  const answer =
    warning === undefined ? `${describe(name)} shows the object and the appliance’s answer.` : 'Remove the cause.';
  return failed(
    `the last change of ${name} is unfinished: the appliance refused an object, or it is being written${lacks}${says}`,
    `${answer} The audit tries it again; at once: curl -X POST http://127.0.0.1:8081/snapshot on the forwarder (docs/runbooks/poison-event.md).`,
  );
}

const describe = (name: string | undefined): string =>
  name === undefined ? 'kubectl describe ingress' : `kubectl describe ingress -n ${name.replace('/', ' ')}`;

export function isProgrammed(input: WhyInput): Judgement {
  const routes = tlsRoutes(input);
  if (routes === undefined) return unseen(NOT_LOOKED_AT);
  const route = routes.find((each) => ours(input, each)) ?? routes[0];
  if (route === undefined) return failed('no TLS front end has the host', 'Run nspass plan: it shows what is missing.');
  if (route.state === 'unbound' || route.state === 'stray') {
    return failed(
      `the row of the host on ${addressOf(route)} does not lead to its back end: it was changed by hand, or a write is under way`,
      'The audit repairs it within minutes; at once: POST /snapshot?verify=APPLIANCE on the forwarder.',
    );
  }
  return ok(`the host is programmed on ${addressOf(route)}`);
}

export function hasMembers(input: WhyInput): Judgement {
  const routes = tlsRoutes(input);
  if (routes === undefined) return unseen(NOT_LOOKED_AT);
  const route = routes.find((each) => ours(input, each)) ?? routes[0];
  const members = route?.members ?? [];
  const up = members.filter(({ state }) => state === 'UP').length;
  if (members.length === 0) {
    return failed(
      `the back end ${route?.holder?.backend} has no member, so connections are reset`,
      'No pod of the Service is ready, or its addresses lie outside memberNetworks: kubectl get endpointslices.',
    );
  }
  if (up === 0) {
    const list = members.map(({ address, port, state }) => `${hostPort(address, port)} ${state}`).join(', ');
    return failed(
      `none of ${members.length} ${members.length === 1 ? 'member' : 'members'} is up: ${list}`,
      'The appliance must reach these addresses and ports: check routes, security groups and the pods’ port.',
    );
  }
  return ok(`${up} of ${members.length} members are up`);
}

const routed = ({ candidates }: WhyInput): NamingIngress[] =>
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
