import { coversName, type Frontend, frontendKey, hostForm } from '../route/index.ts';
import { type AdoptionCandidate, type AdoptionCandidates, candidateKey } from './candidates.ts';
import type { Incumbent, IncumbentPolicy, IncumbentServer, IncumbentTarget } from './incumbent.ts';
import { noRoomReason, originalsOf, strangers } from './room.ts';
import { readSniRule } from './sni-rule.ts';

/**
 * | state            | means                                                                              |
 * | ---------------- | ---------------------------------------------------------------------------------- |
 * | `ready`          | the incumbent serves it, and an Ingress requests it                                 |
 * | `taken-over`     | we serve it, on the incumbent's front end                                           |
 * | `new`            | an Ingress requests it, and no policy of the incumbent's is read that serves it     |
 * | `blocked`        | it cannot be taken over as things are: `reason` says why                            |
 * | `no-counterpart` | the incumbent serves it, and no Ingress requests it with passthrough on this address |
 */
export const HOST_STATES = ['ready', 'taken-over', 'new', 'blocked', 'no-counterpart'] as const;
type AdoptionState = (typeof HOST_STATES)[number];

export interface HostVerdict {
  readonly host: string;
  readonly frontend: Frontend;
  readonly state: AdoptionState;
  /** `namespace/name`. */
  readonly ingress?: string;
  readonly reason?: string;
  /** What will be otherwise than with the incumbent. */
  readonly notes: readonly string[];
}

export interface FrontendVerdict {
  readonly frontend: Frontend;
  readonly server: string;
  /** `theirs`: nothing was done. `handing-over`: the last step began. */
  readonly step: 'theirs' | 'shared' | 'handing-over';
  /** Why no host can be taken over; undefined where hosts can. */
  readonly blocked: string | undefined;
  /** Why the front end cannot be handed over: empty once all is taken over. */
  readonly hindrances: readonly string[];
}

export interface AdoptionVerdict {
  /** By front end, then host. */
  readonly hosts: readonly HostVerdict[];
  readonly frontends: readonly FrontendVerdict[];
}

/** Judges what the incumbent serves, and what Ingresses request, host by host. Pure. */
export function judge(incumbent: Incumbent, candidates: AdoptionCandidates): AdoptionVerdict {
  const all = incumbent.servers.map((server) => judgeServer(server, incumbent, candidates));
  return { hosts: all.flatMap(({ hosts }) => hosts), frontends: all.map(({ frontend }) => frontend) };
}

/** A host that a policy of the incumbent's serves. */
interface Served {
  readonly host: string;
  readonly target: IncumbentTarget | undefined;
}

function judgeServer(
  server: IncumbentServer,
  incumbent: Incumbent,
  candidates: AdoptionCandidates,
): { hosts: HostVerdict[]; frontend: FrontendVerdict } {
  const { frontend, record } = server;
  const served = servedBy(server, incumbent);
  const blocked = record?.step === 'handing-over' ? undefined : blockedReason(server, incumbent);
  const requested = [...candidates.byHost.values()]
    .filter((candidate) => frontendKey(candidate.frontend) === frontendKey(frontend))
    .map(({ host }) => host);
  const names = [...new Set([...served.keys(), ...requested, ...server.taken])].sort();
  const judged = names.map((host) => {
    const candidate = candidates.byHost.get(candidateKey(frontend, host));
    return judgeHost({ incumbent, server, served: served.get(host), host, candidate, candidates, blocked });
  });
  const hosts = blocked === undefined ? judged.map((verdict) => behindWildcards(verdict, judged, server)) : judged;
  return {
    hosts,
    frontend: {
      frontend,
      server: server.name,
      step: record?.step ?? 'theirs',
      blocked,
      hindrances: blocked === undefined ? hindrances(server, hosts) : [blocked],
    },
  };
}

/** Returns the hosts that the incumbent's policies serve. */
function servedBy({ policies }: IncumbentServer, { targets }: Incumbent): Map<string, Served> {
  const served = new Map<string, Served>();
  for (const policy of policies.filter(isUnderstood)) {
    const rule = readSniRule(policy.rule);
    if (rule.kind !== 'hosts' || policy.forward === undefined) continue;
    for (const host of rule.hosts) {
      // The first policy of a bank decides.
      if (!served.has(host)) served.set(host, { host, target: targets.get(policy.forward) });
    }
  }
  return served;
}

/** Returns whether a policy of the incumbent's has a counterpart: it forwards hosts, or resets what is left. */
function isUnderstood({ rule, forward, action }: IncumbentPolicy): boolean {
  const read = readSniRule(rule);
  if (read.kind === 'hosts') return forward !== undefined;
  return read.kind === 'every' && action.toUpperCase() === 'RESET';
}

/** Returns why nothing on a front end can be taken over. @returns undefined where hosts can be. */
function blockedReason(server: IncumbentServer, { servers }: Incumbent): string | undefined {
  const { type, servicetype, frontend, policies } = server;
  const others = servers.filter((other) => other !== server && frontendKey(other.frontend) === frontendKey(frontend));
  if (others.length > 0) {
    return `${others.map(({ name }) => name).join(', ')} has the same address: only one front end can be shared`;
  }
  if (type !== 'csvserver' || servicetype !== 'SSL') {
    return `it is ${type === 'csvserver' ? 'a cs' : 'an lb'} vserver of type ${servicetype}: policies at the ClientHello, which tell hosts apart, bind to a cs vserver of type SSL only`;
  }
  const jumping = policies.find(({ ends }) => !ends);
  if (jumping !== undefined) {
    return `its policy ${jumping.name} does not end the evaluation (a goto or an invoked label), so its order cannot be kept`;
  }
  const strange = strangers(server);
  if (strange.length > 0) {
    return `${strange.join(', ')} was bound after the take-over began: the incumbent's controller still runs. Stop it, then give everything back (--back --all) and begin again`;
  }
  return noRoomReason(originalsOf(server));
}

interface HostInput {
  readonly incumbent: Incumbent;
  readonly server: IncumbentServer;
  readonly host: string;
  readonly served: Served | undefined;
  readonly candidate: AdoptionCandidate | undefined;
  readonly candidates: AdoptionCandidates;
  readonly blocked: string | undefined;
}

function judgeHost({ incumbent, server, host, served, candidate, candidates, blocked }: HostInput): HostVerdict {
  const about = {
    host,
    frontend: server.frontend,
    ...(candidate === undefined ? {} : { ingress: `${candidate.owner.namespace}/${candidate.owner.name}` }),
    notes: candidate === undefined ? [] : [...notesOf(candidate, served), ...redirectNotes(candidate, incumbent)],
  };
  if (server.taken.has(host)) return { ...about, state: 'taken-over' };
  if (blocked !== undefined) return { ...about, state: 'blocked', reason: blocked };
  if (candidate === undefined) {
    const refused = candidates.refused.get(host);
    if (refused !== undefined) return { ...about, state: 'blocked', reason: refused };
    const { vip, port } = server.frontend;
    return {
      ...about,
      state: 'no-counterpart',
      reason: `no Ingress requests it with passthrough on ${vip}:${port}`,
    };
  }
  if (candidate.members === '') return { ...about, state: 'blocked', reason: withoutMembers(candidate) };
  return { ...about, state: served === undefined ? 'new' : 'ready' };
}

const withoutMembers = ({ membersKnown }: AdoptionCandidate): string =>
  membersKnown
    ? 'its Service has no ready endpoint: its connections would be reset'
    : 'nobody knows the members of its Service: use --live, or add the Service and its EndpointSlices to the manifests';

function notesOf({ members, warnings, waiting }: AdoptionCandidate, served: Served | undefined): string[] {
  const target = served?.target;
  const persistence = target?.persistence.toUpperCase() ?? 'NONE';
  return [
    ...(target?.members !== undefined && sorted(target.members) !== sorted(members)
      ? [`members differ: the incumbent has ${inWords(target.members)}, the Ingress ${inWords(members)}`]
      : []),
    ...(persistence === 'NONE' ? [] : [`persistence ${persistence} of ${target?.name} is not carried over`]),
    ...(waiting.length === 0 ? [] : [`${waiting.join(', ')} requests it, too, and waits behind this Ingress`]),
    ...(warnings.length === 0 ? [] : [`findings: ${warnings.join(', ')} (nspass lint)`]),
  ];
}

/** Returns what becomes of the redirect from plain HTTP: its server is never shared, and stays the incumbent's. */
function redirectNotes({ redirects }: AdoptionCandidate, { servers }: Incumbent): string[] {
  if (redirects === undefined) return [];
  const holder = servers.find(({ frontend }) => frontendKey(frontend) === frontendKey(redirects));
  if (holder === undefined) return [];
  return [
    `its redirect from port ${redirects.port} stays that of ${holder.name}, which is not taken over: remove that server after --finish, and ours is made`,
  ];
}

/**
 * Returns the servers of plain HTTP on an address that was handed over. They serve on, and keep our redirects away.
 *
 * @param vip of the front end that was handed over.
 */
export const plainServers = ({ servers }: Incumbent, vip: string): IncumbentServer[] =>
  servers.filter(
    ({ type, servicetype, frontend }) => type === 'csvserver' && servicetype === 'HTTP' && frontend.vip === vip,
  );

const sorted = (members: string): string => members.split('\n').sort().join('\n');
const inWords = (members: string): string =>
  members === ''
    ? 'none'
    : members
        .split('\n')
        .map((line) => line.split(' ').slice(0, 2).join(':'))
        .join(' ');

/**
 * A wildcard of ours comes before all policies of the incumbent's: it would take the names under it that the incumbent
 * serves by themselves. So those must be ours first.
 */
function behindWildcards(verdict: HostVerdict, all: readonly HostVerdict[], server: IncumbentServer): HostVerdict {
  if (verdict.state !== 'ready' && verdict.state !== 'new') return verdict;
  if (hostForm(verdict.host) === 'exact') return verdict;
  const unknown = server.policies.find((policy) => !isUnderstood(policy));
  if (unknown !== undefined) {
    const reason = `the policy ${unknown.name} is not understood, and a wildcard would come before it`;
    return { ...verdict, state: 'blocked', reason };
  }
  const lost = all.find(
    ({ host, state }) => coversName(verdict.host, host) && (state === 'blocked' || state === 'no-counterpart'),
  );
  if (lost === undefined) return verdict;
  return { ...verdict, state: 'blocked', reason: `it would take ${lost.host}, too, which cannot be taken over` };
}

/** Returns why a front end cannot be handed over. */
function hindrances(server: IncumbentServer, hosts: readonly HostVerdict[]): string[] {
  if (server.record?.step === 'handing-over') return [];
  const left = hosts.filter(({ state }) => state !== 'taken-over' && state !== 'new').map(({ host }) => host);
  const unknown = server.policies.filter((policy) => !isUnderstood(policy)).map(({ name }) => name);
  return [
    ...(server.record === undefined ? ['nothing was taken over'] : []),
    ...(left.length === 0 ? [] : [`the incumbent still serves ${left.join(', ')}`]),
    ...(unknown.length === 0 ? [] : [`policies that are not understood: ${unknown.join(', ')}`]),
    ...(server.others.length === 0 ? [] : [`it serves something else, too: ${server.others.join(', ')}`]),
  ];
}

/** Returns the order in which hosts are taken over: exact names before the wildcards over them. */
export const inOrder = <T extends Pick<HostVerdict, 'host'>>(hosts: readonly T[]): T[] =>
  hosts.toSorted((a, b) => Number(hostForm(a.host) !== 'exact') - Number(hostForm(b.host) !== 'exact'));
