import { hostPort, type Owner, qualifiedName } from '../../contract/index.ts';
import type { ClaimStatus, RouteStatus } from '../../status/index.ts';
import type { QueueCounts } from '../replay-drained.ts';
import type { ProbeResult } from './probe.ts';

/** An Ingress that names the host. */
export interface NamingIngress {
  /** `namespace/name`. */
  readonly name: string;
  readonly selected: boolean;
  /** Whether the rules make a route of the host. */
  readonly routed: boolean;
  /** Findings that explain why not, with their remedies. */
  readonly findings: readonly { readonly message: string; readonly remedy: string }[];
}

/** Everything that was looked at. What could not be seen is undefined, or a sentence that says why. */
export interface WhyInput {
  readonly host: string;
  readonly cluster: string;
  /** Ingresses of the manifests or the cluster that name the host. */
  readonly candidates: readonly NamingIngress[] | string;
  /** A host that is nearly the same, where none of the Ingresses names it. */
  readonly nearest?: string;
  /** Routes of the appliance for this host. */
  readonly routes: readonly RouteStatus[] | string;
  /** The appliance's queue. */
  readonly queue: QueueCounts | string;
  readonly probes: readonly ProbeResult[] | string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** One link of the chain. */
export interface WhyStep {
  readonly step:
    | 'ingress'
    | 'selected'
    | 'valid'
    | 'holder'
    | 'queue'
    | 'recorded'
    | 'programmed'
    | 'members'
    | 'probe';
  readonly result: 'ok' | 'failed' | 'unseen';
  readonly text: string;
  readonly remedy?: string;
}

type Judgement = Omit<WhyStep, 'step'>;

const ok = (text: string): Judgement => ({ result: 'ok', text });
const failed = (text: string, remedy: string): Judgement => ({ result: 'failed', text, remedy });
const unseen = (text: string): Judgement => ({ result: 'unseen', text });

/**
 * Walks from the Ingress to the client, and says for each link whether it holds. A link behind a broken one is left out:
 * nothing can be said of it. Pure.
 */
export function walk(input: WhyInput): WhyStep[] {
  const links: readonly (readonly [WhyStep['step'], (input: WhyInput) => Judgement])[] = [
    ['ingress', exists],
    ['selected', isSelected],
    ['valid', isValid],
    ['holder', isHolder],
    ['queue', isDelivered],
    ['recorded', isRecorded],
    ['programmed', isProgrammed],
    ['members', hasMembers],
    ['probe', answers],
  ];
  const steps: WhyStep[] = [];
  for (const [step, judge] of links) {
    const judged = { step, ...judge(input) };
    steps.push(judged);
    if (judged.result === 'failed') break;
  }
  return steps;
}

function exists({ candidates, host, nearest }: WhyInput): Judgement {
  if (typeof candidates === 'string') return unseen(candidates);
  if (candidates.length > 0) return ok(`${candidates.map(({ name }) => name).join(', ')} names ${host}`);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return failed(`no Ingress names ${host}`, `Add a rule with this host to an Ingress.${hint}`);
}

const picked = ({ candidates }: WhyInput, of: (candidate: NamingIngress) => boolean): NamingIngress[] =>
  typeof candidates === 'string' ? [] : candidates.filter(of);

/** Returns the first reason of some Ingresses, as the link that is broken. */
function firstReason(
  candidates: readonly NamingIngress[],
  otherwise: readonly [text: string, remedy: string],
): Judgement {
  for (const { name, findings } of candidates) {
    const [found] = findings;
    if (found !== undefined) return failed(`${name}: ${found.message}`, found.remedy);
  }
  return failed(...otherwise);
}

function isSelected(input: WhyInput): Judgement {
  if (typeof input.candidates === 'string') return unseen('the Ingress was not looked at');
  const selected = picked(input, (candidate) => candidate.selected);
  if (selected.length > 0)
    return ok(`${selected.map(({ name }) => name).join(', ')} requests passthrough with a class of ours`);
  const [first] = input.candidates;
  return firstReason(input.candidates, [
    `${first?.name} does not request passthrough`,
    `Annotate it: kubectl annotate ingress -n ${first?.name.replace('/', ' ')} ingress.citrix.com/ssl-passthrough=true`,
  ]);
}

function isValid(input: WhyInput): Judgement {
  if (typeof input.candidates === 'string') return unseen('the Ingress was not looked at');
  const routed = picked(input, (candidate) => candidate.selected && candidate.routed);
  if (routed.length > 0) return ok('its rules make a route of the host');
  return firstReason(
    picked(input, (candidate) => candidate.selected),
    ['its rules make no route of the host', 'Run nspass lint on it: it names the rule.'],
  );
}

const nameOf = (owner: Owner): string => `${owner.cluster}/${qualifiedName(owner)}`;

function isOurs(input: WhyInput, { owner }: ClaimStatus): boolean {
  const names = picked(input, (candidate) => candidate.routed).map(({ name }) => name);
  return owner.cluster === input.cluster && (names.length === 0 || names.includes(qualifiedName(owner)));
}

/** The routes that a TLS client meets. */
const tlsRoutes = (input: WhyInput): RouteStatus[] =>
  typeof input.routes === 'string' ? [] : input.routes.filter(({ frontend }) => frontend.kind === 'tls');

function isHolder(input: WhyInput): Judgement {
  if (typeof input.routes === 'string') return unseen(input.routes);
  const routes = tlsRoutes(input);
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

const ours = (input: WhyInput, { holder }: RouteStatus): boolean => holder !== undefined && isOurs(input, holder);
const addressOf = ({ frontend }: RouteStatus): string => hostPort(frontend.vip, frontend.port);
const date = (seconds: number): string =>
  seconds === 0 ? 'an unknown time' : new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');

function isDelivered({ queue }: WhyInput): Judgement {
  if (typeof queue === 'string') return unseen(queue);
  const { waiting, inFlight } = queue;
  if (waiting + inFlight === 0) return ok('no event waits for this appliance');
  if (inFlight === 0) {
    return failed(
      `${waiting} ${waiting === 1 ? 'event waits' : 'events wait'} for this appliance, and nobody takes them`,
      'The appliance is paused, or its function is throttled: docs/deploy/upgrade.md (Pause), docs/runbooks/function-failing.md.',
    );
  }
  return failed(
    `${waiting + inFlight} events wait for this appliance, and batches go back`,
    'The appliance is down, busy or refuses the functions: docs/runbooks/appliance-lost.md.',
  );
}

function isRecorded(input: WhyInput): Judgement {
  if (typeof input.routes === 'string') return unseen('the appliance was not looked at');
  const claims = input.routes.flatMap(({ holder, standby }) => [...(holder === undefined ? [] : [holder]), ...standby]);
  const claim = claims.find((each) => isOurs(input, each));
  if (claim === undefined) {
    return failed(
      'the appliance has no claim of this Ingress on the host: its event has not arrived, or was rejected',
      'Look at the Events of the Ingress (kubectl describe ingress), then at the forwarder’s /readyz, and at dead letters: nspass redrive --dry-run.',
    );
  }
  if (claim.pending) {
    return failed(
      'the last change of this Ingress is unfinished: the appliance refused an object, or is being written',
      'The Events of the Ingress name the object and the appliance’s answer. Then: docs/runbooks/poison-event.md.',
    );
  }
  const applied =
    claim.applied === undefined ? '' : `, as of ${new Date(claim.applied).toISOString().replace(/\.\d+Z$/, 'Z')}`;
  return ok(`the appliance has the Ingress${applied}`);
}

function isProgrammed(input: WhyInput): Judgement {
  if (typeof input.routes === 'string') return unseen('the appliance was not looked at');
  const route = tlsRoutes(input).find((each) => ours(input, each)) ?? tlsRoutes(input)[0];
  if (route === undefined) return failed('no TLS front end has the host', 'Run nspass plan: it shows what is missing.');
  if (route.state === 'unbound' || route.state === 'stray') {
    return failed(
      `the row of the host on ${addressOf(route)} does not lead to its back end: it was changed by hand, or a write is under way`,
      'The audit repairs it within minutes; at once: POST /snapshot?verify=APPLIANCE on the forwarder.',
    );
  }
  return ok(`the host is programmed on ${addressOf(route)}`);
}

function hasMembers(input: WhyInput): Judgement {
  if (typeof input.routes === 'string') return unseen('the appliance was not looked at');
  const route = tlsRoutes(input).find((each) => ours(input, each)) ?? tlsRoutes(input)[0];
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
      `none of ${members.length} members is up: ${list}`,
      'The appliance must reach these addresses and ports: check routes, security groups and the pods’ port.',
    );
  }
  return ok(`${up} of ${members.length} members are up`);
}

function answers({ probes, now }: WhyInput): Judgement {
  if (typeof probes === 'string') return unseen(probes);
  const bad = probes.find((probe) => probe.result !== 'certificate');
  if (bad !== undefined) {
    return failed(
      `a TLS handshake with ${bad.address} ${bad.result === 'reset' ? 'was reset' : `failed: ${bad.reason}`}`,
      'Everything before it holds: look at what stands between this machine and the VIP, and at the back end’s own log.',
    );
  }
  const expired = probes.find((probe) => probe.result === 'certificate' && probe.notAfter < now);
  if (expired?.result === 'certificate') {
    return failed(
      `the back end’s certificate (${expired.subject}) expired on ${new Date(expired.notAfter).toISOString().slice(0, 10)}`,
      'Renew it in the pod: with passthrough the back end holds its own certificate.',
    );
  }
  const [first] = probes;
  if (first?.result !== 'certificate') return unseen('no VIP was probed');
  return ok(
    `${first.address} answers with the certificate ${first.subject}, valid until ${new Date(first.notAfter).toISOString().slice(0, 10)}`,
  );
}
