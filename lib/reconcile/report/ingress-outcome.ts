import type { EventData, Finding, OutcomeType } from '../../contract/index.ts';
import { firstOf, hostPort, ownerKey, qualifiedName } from '../../contract/index.ts';
import { finding, limitFindings, MOST_FINDINGS, SAME_BACKEND } from '../../ingress/index.ts';
import type { Claim, IngressRecord } from '../../ledger/index.ts';
import type { Failure, GroupMember } from '../../nitro/index.ts';
import { type Change, type HostAssignment, render, type SettingConflict } from '../../plan/index.ts';
import { backendRef, frontendKey } from '../../route/index.ts';
import type { Task } from '../decide/task.ts';
import { optional } from '../optional.ts';
import { engineFailureText } from './failure-text.ts';

/** An outcome, before it becomes an event. */
export type Outcome = { [T in OutcomeType]: { detailType: T; data: EventData<T> } }[OutcomeType];

export interface RefusedMembers {
  readonly group: string;
  readonly members: readonly GroupMember[];
}

/** What became of one task on the appliance. */
export interface TaskResult {
  readonly task: Task;
  readonly hostAssignments: readonly HostAssignment[];
  readonly settingConflicts: readonly SettingConflict[];
  readonly changes: readonly Change[];
  readonly failures: readonly Failure[];
  /** Service groups of which the appliance did not take every member, with those that it refused. */
  readonly refusedMembers: readonly RefusedMembers[];
  /** Still not as the ledger has it after it was read and planned again. */
  readonly unsettled: boolean;
  /** What the appliance said then. */
  readonly cause?: Failure | undefined;
}

export interface OutcomeContext {
  readonly appliance: string;
  /** Which of the clusters of this name counts (rule 15); undefined where it is not known. */
  readonly clusterUid: (cluster: string) => string | undefined;
  readonly durationMs: number;
  /** From the state's time to now. */
  readonly latencyMs: (task: Task) => number | undefined;
}

/** Lines of one outcome at most: an event stays small, and the plan can be asked for. */
const MOST_CHANGES = 200;

/** Members of one group named in a finding at most: a group may have thousands. */
const MOST_NAMED = 10;

/** The outcome of one Ingress: what it has now, what it had before, and why not more (REP-3). */
export function outcomeOf(result: TaskResult, context: OutcomeContext): Outcome {
  const { task, changes, failures } = result;
  const { decision, wanted } = task;
  const key = ownerKey(decision.owner);
  const held = result.hostAssignments.filter(({ holder }) => holder.ownerKey === key);
  const { serving, reset } = hostsOf(held, wanted);
  const made = [...conflicts(result, key), ...settingFindings(result, key), ...memberFindings(result)];
  const findings = [...limitFindings([...task.findings, ...made], MOST_FINDINGS)];
  const now = addresses(serving.map(({ frontend }) => frontend));
  const hosts = namesOf(serving);
  const before = decision.row === undefined ? [] : formerAddresses(decision.row);
  const latencyMs = context.latencyMs(task);
  const lines = changes.slice(0, MOST_CHANGES).map(render);
  const data = {
    cluster: decision.owner.cluster,
    ...optional('clusterUid', context.clusterUid(decision.owner.cluster)),
    appliance: context.appliance,
    namespace: decision.owner.namespace,
    name: decision.owner.name,
    ...optional('uid', decision.state?.uid),
    sequence: decision.sequence,
    programmed: now,
    removed: before.filter((old) => !now.some((address) => same(old, address))),
    hosts,
    ...optional('resetHosts', reset.length === 0 ? undefined : namesOf(reset)),
    findings,
    changes: changes.length > MOST_CHANGES ? [...lines, `… and ${changes.length - MOST_CHANGES} more`] : lines,
    durationMs: context.durationMs,
    ...(latencyMs === undefined ? {} : { latencyMs }),
  };
  const failure = failures[0] ?? (result.unsettled ? result.cause : undefined);
  if (failure !== undefined || result.unsettled) {
    const reason =
      failure === undefined
        ? 'the appliance does not keep what was written: another writer may be at work'
        : engineFailureText(failure, decision.state);
    return {
      detailType: 'Ingress Failed',
      data: { ...withoutReset(data), programmed: [], removed: [], hosts: [], reason, retry: false },
    };
  }
  if (hosts.length > 0) return { detailType: 'Ingress Programmed', data };
  const rejected =
    decision.state !== undefined && (reset.length > 0 || findings.some(({ severity }) => severity === 'error'));
  return { detailType: rejected ? 'Ingress Rejected' : 'Ingress Removed', data };
}

/** The hosts that an Ingress holds, by whether they carry traffic: those without a member are reset (VAL-8). */
function hostsOf(
  held: readonly HostAssignment[],
  wanted: Task['wanted'],
): { readonly serving: readonly HostAssignment[]; readonly reset: readonly HostAssignment[] } {
  const bare = new Set(wanted?.backends.filter(({ members }) => members.length === 0).map(backendRef));
  const closed = new Set(
    wanted?.routes.flatMap((route) =>
      route.kind === 'passthrough' && bare.has(route.backend) ? [`${frontendKey(route.frontend)} ${route.host}`] : [],
    ),
  );
  const tls = held.filter(({ frontend }) => frontend.kind === 'tls');
  const isClosed = ({ frontend, host }: HostAssignment): boolean => closed.has(`${frontendKey(frontend)} ${host}`);
  return { serving: tls.filter((each) => !isClosed(each)), reset: tls.filter(isClosed) };
}

const namesOf = (hostAssignments: readonly HostAssignment[]): string[] =>
  [...new Set(hostAssignments.map(({ host }) => host))].sort();

function withoutReset<T extends { readonly resetHosts?: readonly string[] }>(data: T): Omit<T, 'resetHosts'> {
  const { resetHosts: _, ...rest } = data;
  return rest;
}

/** CON-1: hosts that somebody older holds, with the holder's name. */
function conflicts({ task, hostAssignments }: TaskResult, key: string): Finding[] {
  return hostAssignments
    .filter(
      ({ frontend, holder, standby }) =>
        frontend.kind === 'tls' && holder.ownerKey !== key && standby.some((claim) => claim.ownerKey === key),
    )
    .map(({ host, holder, standby, frontend }) => {
      const elsewhere =
        holder.owner.cluster === task.decision.owner.cluster ? '' : ` of cluster ${holder.owner.cluster}`;
      return finding('HostConflict', {
        message: `"${host}" on ${frontend.vip}:${frontend.port} belongs to the older Ingress ${qualifiedName(holder.owner)}${elsewhere}${sameBackend(holder, standby, key)}`,
        value: host,
      });
    });
}

/** Nothing is lost where the holder sends the host to the same Service and port. */
function sameBackend(holder: Claim, standby: readonly Claim[], key: string): string {
  const own = standby.find(({ ownerKey }) => ownerKey === key);
  if (own === undefined || 'securePort' in own.target || 'securePort' in holder.target) return '';
  const alike =
    own.owner.cluster === holder.owner.cluster &&
    own.owner.namespace === holder.owner.namespace &&
    own.target.service === holder.target.service &&
    own.target.port === holder.target.port;
  return alike ? SAME_BACKEND : '';
}

/** CON-5: settings of the front end that an older Ingress decides otherwise. */
function settingFindings({ settingConflicts }: TaskResult, key: string): Finding[] {
  return settingConflicts
    .filter(({ wanted }) => wanted.ownerKey === key)
    .map(({ frontend, wanted, decided }) =>
      finding('FrontendSettingConflict', {
        message: `${wanted.attribute} of ${frontend.vip}:${frontend.port} is ${decided.value}, as the older Ingress ${qualifiedName(decided.owner)} asks; ${wanted.value} has no effect`,
        value: `${wanted.attribute}: ${wanted.value}`,
      }),
    );
}

/** END-1: the rest of the members serve, and nobody else would say that some are missing. */
function memberFindings({ refusedMembers }: TaskResult): Finding[] {
  return refusedMembers.map(({ group, members }) => {
    const value = firstOf(
      members.map(({ ip, port }) => hostPort(ip, port)),
      MOST_NAMED,
    );
    return finding('MemberRefused', { message: `service group ${group} goes without ${value}`, value });
  });
}

interface Address {
  ip: string;
  port: number;
}

const same = (a: Address, b: Address): boolean => a.ip === b.ip && a.port === b.port;

function addresses(frontends: readonly { vip: string; port: number; kind: string }[]): Address[] {
  const tls = frontends.filter(({ kind }) => kind === 'tls').map(({ vip, port }) => ({ ip: vip, port }));
  return tls.filter((address, index) => tls.findIndex((other) => same(address, other)) === index);
}

/** A row that is still pending names where its Ingress was before that, too: nobody has said that it is gone. */
function formerAddresses({ ports: places, formerPorts: formerly }: IngressRecord): Address[] {
  const tls = [places, formerly].flatMap((at) =>
    at === undefined || at === 'anywhere' || at.port === 0 ? [] : [{ ...at, kind: 'tls' }],
  );
  return addresses(tls);
}
