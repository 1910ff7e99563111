import { type EventData, type OutcomeType, objectOf } from '../../contract/index.ts';
import { limitFindings, MOST_FINDINGS } from '../../ingress/index.ts';
import { type IngressRecord, namedFrontends } from '../../ledger/index.ts';
import type { HostAssignment } from '../../plan/index.ts';
import { backendRef, type Frontend, frontendKey } from '../../route/index.ts';
import { emptyResult, type TaskResult } from '../apply/task-results.ts';
import type { Task } from '../decide/task.ts';
import { optional } from '../optional.ts';
import { engineFailureText } from './failure-text.ts';
import { openListeners } from './gateway-listeners.ts';
import { resultFindings } from './result-findings.ts';

/** An outcome, before it becomes an event. */
export type Outcome = {
  [T in OutcomeType]: {
    detailType: T;
    data: EventData<T>;
    /** The change of members that is programmed now; absent where another change was. */
    trigger?: Trigger;
  };
}[OutcomeType];

interface Trigger {
  /** Time at which Kubernetes observed the change, in milliseconds since the epoch. */
  readonly at: number;
  /** Milliseconds from there until the change was programmed. */
  readonly latencyMs: number;
}

export interface OutcomeContext {
  readonly appliance: string;
  /** Returns the UID of the cluster whose events count (rule 15); undefined when no event named one. */
  readonly clusterUid: (cluster: string) => string | undefined;
  readonly durationMs: number;
  /** Returns the milliseconds from the state's time to now; undefined when the time is unknown. */
  readonly latencyMs: (task: Task) => number | undefined;
  /** Returns the change of members that a live event carried; undefined where it carried another one. */
  readonly trigger: (task: Task) => Trigger | undefined;
}

/** Returns one outcome for each Ingress that was planned, or that an event names without a plan. */
export function taskOutcomes(
  tasks: readonly Task[],
  results: ReadonlyMap<string, TaskResult>,
  context: OutcomeContext,
): Outcome[] {
  return tasks.flatMap((task) => {
    const result = results.get(task.decision.key) ?? (needsOutcome(task) ? emptyResult(task) : undefined);
    return result === undefined ? [] : [outcomeOf(result, context)];
  });
}

/**
 * Returns whether a task without a plan gets an outcome: a withdrawal by a single event, or a rejection that a flagged
 * snapshot repeats.
 */
function needsOutcome({ decision, action, findings }: Task): boolean {
  const { by, row, state } = decision;
  if (row?.kind === 'live') return false;
  return action !== 'none' || (by.kind === 'snapshot' && by.flagged && state !== undefined && findings.length > 0);
}

/**
 * Returns the outcome of one Ingress: what it has now, what it had before, and why not more (REP-3).
 *
 * | outcome              | when                                               |
 * | -------------------- | -------------------------------------------------- |
 * | `Ingress Failed`     | the appliance refused something, or is not settled |
 * | `Ingress Programmed` | a host carries traffic, or a listener is open      |
 * | `Ingress Rejected`   | no host does, because of errors or missing members |
 * | `Ingress Removed`    | no host does, and none was asked for               |
 */
export function outcomeOf(result: TaskResult, context: OutcomeContext): Outcome {
  const { decision } = result.task;
  const { kind } = objectOf(decision.owner);
  const data = outcomeData(result, context);
  const reason = failureReason(result);
  if (reason !== undefined) {
    const { resetHosts: _, ...failed } = data;
    return {
      detailType: `${kind} Failed`,
      data: { ...failed, programmed: [], removed: [], hosts: [], reason, retry: false },
    };
  }
  if (data.programmed.length > 0) {
    const trigger = context.trigger(result.task);
    return { detailType: `${kind} Programmed`, data, ...(trigger === undefined ? {} : { trigger }) };
  }
  const isFaulty = (data.resetHosts ?? []).length > 0 || data.findings.some(({ severity }) => severity === 'error');
  return { detailType: `${kind} ${decision.state !== undefined && isFaulty ? 'Rejected' : 'Removed'}`, data };
}

function failureReason({ task, failures, unsettled, cause }: TaskResult): string | undefined {
  const failure = failures[0] ?? (unsettled ? cause : undefined);
  if (failure !== undefined) {
    return engineFailureText(failure, task.decision.state, objectOf(task.decision.owner).kind);
  }
  return unsettled ? 'the appliance does not keep what was written: another writer may be at work' : undefined;
}

/** Most changes that one outcome lists: an event must stay small. */
const MOST_CHANGES = 200;

function outcomeData(result: TaskResult, context: OutcomeContext): EventData<'Gateway Programmed'> {
  const { task, lines } = result;
  const { decision, wanted } = task;
  const held = result.hostAssignments.filter(({ holder }) => holder.ownerKey === decision.key);
  const { serving, reset } = hostsOf(held, wanted);
  const listeners = openListeners(task);
  const addresses = listeners === undefined ? tlsAddresses : allAddresses;
  const programmed = addresses(listeners?.frontends ?? serving.map(({ frontend }) => frontend));
  const before = decision.row === undefined ? [] : addresses(formerFrontends(decision.row));
  // An outcome may have been lost, and a restored appliance has no record of it: what is asked for and carries no traffic
  // counts as lost, too, so that no status keeps it (REP-1).
  const asked = addresses((wanted?.routes ?? []).map(({ frontend }) => frontend));
  const latencyMs = context.latencyMs(task);
  return {
    cluster: decision.owner.cluster,
    ...optional('clusterUid', context.clusterUid(decision.owner.cluster)),
    appliance: context.appliance,
    namespace: decision.owner.namespace,
    name: objectOf(decision.owner).name,
    ...optional('uid', decision.state?.uid),
    sequence: decision.sequence,
    programmed,
    removed: distinct([...before, ...asked]).filter((old) => !programmed.some((address) => same(old, address))),
    hosts: namesOf(serving),
    ...optional('listeners', listeners === undefined ? undefined : [...listeners.names]),
    ...optional('resetHosts', reset.length === 0 ? undefined : namesOf(reset)),
    findings: [...limitFindings([...task.findings, ...resultFindings(result)], MOST_FINDINGS)],
    changes: listed(lines),
    durationMs: context.durationMs,
    ...(latencyMs === undefined ? {} : { latencyMs }),
  };
}

const listed = (lines: readonly string[]): string[] =>
  lines.length > MOST_CHANGES
    ? [...lines.slice(0, MOST_CHANGES), `… and ${lines.length - MOST_CHANGES} more`]
    : [...lines];

/** Separates the hosts that an Ingress holds: those whose back end has no member are reset (VAL-8). */
function hostsOf(
  held: readonly HostAssignment[],
  wanted: Task['wanted'],
): { readonly serving: readonly HostAssignment[]; readonly reset: readonly HostAssignment[] } {
  const tls = held.filter(({ frontend }) => frontend.kind === 'tls');
  // As a rule each back end has members.
  if (wanted === undefined || wanted.backends.every(({ members }) => members.length > 0)) {
    return { serving: tls, reset: [] };
  }
  const empty = new Set(wanted.backends.filter(({ members }) => members.length === 0).map(backendRef));
  const withoutMember = new Set(
    wanted.routes.flatMap((route) =>
      route.kind === 'passthrough' && empty.has(route.backend) ? [`${frontendKey(route.frontend)} ${route.host}`] : [],
    ),
  );
  const isReset = ({ frontend, host }: HostAssignment): boolean =>
    withoutMember.has(`${frontendKey(frontend)} ${host}`);
  return { serving: tls.filter((each) => !isReset(each)), reset: tls.filter(isReset) };
}

const namesOf = (hostAssignments: readonly HostAssignment[]): string[] =>
  hostAssignments.length === 1
    ? hostAssignments.map(({ host }) => host)
    : [...new Set(hostAssignments.map(({ host }) => host))].sort();

interface Address {
  ip: string;
  port: number;
}

const same = (a: Address, b: Address): boolean => a.ip === b.ip && a.port === b.port;

const allAddresses = (frontends: readonly Frontend[]): Address[] =>
  distinct(frontends.map(({ vip, port }) => ({ ip: vip, port })));

const tlsAddresses = (frontends: readonly Frontend[]): Address[] =>
  allAddresses(frontends.filter(({ kind }) => kind === 'tls'));

const distinct = (all: readonly Address[]): Address[] =>
  all.length < 2 ? [...all] : all.filter((address, index) => all.findIndex((other) => same(address, other)) === index);

/** Returns the front ends that a record names; a pending one names earlier ones, too: no outcome removed them. */
const formerFrontends = ({ frontends, formerFrontends: former }: IngressRecord): Frontend[] => [
  ...namedFrontends(frontends),
  ...namedFrontends(former),
];
