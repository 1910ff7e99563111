import { digest, type Finding, type SourceState, stableJson } from '../../contract/index.ts';
import { type GatewayFilter, interpretSource } from '../../gateway/index.ts';
import type { InterpretRules } from '../../ingress/index.ts';
import { type Decision, type Hashes, hashesOf, type IngressRecord, sameHashes } from '../../ledger/index.ts';
import type { RouteSet } from '../../route/index.ts';

/**
 * The work that one key needs.
 *
 * | action   | when                                                          | then                           |
 * | -------- | ------------------------------------------------------------- | ------------------------------ |
 * | `none`   | the record says everything already                            | nothing                        |
 * | `record` | the content is equal and the sequence newer                   | one write (rule 5)             |
 * | `plan`   | the content differs from the record                           | the record is trusted          |
 * | `verify` | the record is not trusted, or the event asks for verification | the real objects are compared  |
 */
export type TaskAction = 'none' | 'record' | 'plan' | 'verify';

/** One key of the batch: the routes that it wants on this appliance, and the findings that say why not more. */
export interface Task {
  readonly decision: Decision<SourceState>;
  /** In canonical form; undefined when the Ingress gets no routes. */
  readonly wanted: RouteSet | undefined;
  /** The routes that wait for an address that a foreign vserver holds: recorded as pending until it is free (rule 12). */
  readonly blocked?: RouteSet;
  /** The reason why this appliance skips an Ingress that exists: its class, or a front end of another appliance. */
  readonly skipped?: 'unselected' | 'elsewhere';
  readonly hashes: Hashes;
  readonly findings: readonly Finding[];
  readonly action: TaskAction;
}

export interface TaskContext {
  readonly filter: GatewayFilter;
  readonly rules: InterpretRules;
  /** Remembers what was judged before; {@link judgeState} where absent. */
  readonly judge?: (decision: Decision<SourceState>) => JudgedState;
  /** Plans single events without a look at hashes: to compare costs more than to plan where nothing is read. */
  readonly plansSingles?: true;
}

/** What a decision's state means for an appliance. */
export type JudgedState = Pick<Task, 'wanted' | 'findings' | 'skipped' | 'hashes'> & {
  /** Creation time of the wanted routes; absent where only `wanted` says it. */
  readonly created?: number;
};

/** The hashes of an Ingress without routes. */
export const NO_HASHES: Hashes = { frontend: '', routes: '', members: '' };

/**
 * Interprets one decision for this appliance.
 *
 * @returns undefined when the namespace is not selected: such an Ingress needs no record, because the namespace of a key
 *   never changes (rule 6). A class that is not selected and a front end of another appliance count as withdrawn.
 */
export function taskOf(decision: Decision<SourceState>, context: TaskContext): Task | undefined {
  const { owner, row } = decision;
  if (!isNamespaceSelected(owner.namespace, context.filter)) return undefined;
  const judged = context.judge?.(decision) ?? judgeState(decision, context);
  const { findings, skipped, hashes } = judged;
  const action = context.plansSingles === true && decision.by.kind === 'single' ? 'plan' : actionOf(decision, judged);
  // A new finding forces a plan, because its outcome must list the routes.
  const isNewFinding = (row?.findings ?? '') !== findingsDigest(findings);
  const needsPlan = isNewFinding && (action === 'record' || action === 'none') && row?.kind === 'live';
  return {
    decision,
    // Routes that nobody asks for are not made again.
    get wanted() {
      return judged.wanted;
    },
    ...(skipped === undefined ? {} : { skipped }),
    hashes,
    findings,
    action: needsPlan ? 'plan' : action,
  };
}

/** Returns routes and findings of a decision's state, with the hashes of the routes. Pure. */
export function judgeState(decision: Decision<SourceState>, context: TaskContext): JudgedState {
  const interpreted = interpretState(decision, context);
  const { wanted } = interpreted;
  return { ...interpreted, hashes: wanted === undefined ? NO_HASHES : hashesOf(wanted) };
}

/** Returns the routes and findings of a decision's state. Pure. */
export function interpretState(
  { state, owner }: Decision<SourceState>,
  { filter, rules }: TaskContext,
): Pick<Task, 'wanted' | 'findings' | 'skipped'> {
  if (state === undefined) return { wanted: undefined, findings: [] };
  const interpretation = interpretSource(owner.cluster, state, rules, filter);
  if (interpretation === undefined) return { wanted: undefined, findings: [], skipped: 'unselected' };
  const { routes, findings, elsewhere } = interpretation;
  if (elsewhere === true) return { wanted: undefined, findings: [], skipped: 'elsewhere' };
  // The decision's owner is the same, and its key is known.
  return { wanted: routes.routes.length === 0 ? undefined : { ...routes, owner }, findings };
}

/**
 * Returns a digest of findings; empty when there are none. Words are not part of the digest: a reworded message would
 * have the record of every Ingress with that finding written again.
 */
export function findingsDigest(findings: readonly Finding[]): string {
  if (findings.length === 0) return '';
  return digest(stableJson(findings.map(({ code, severity, path, value }) => ({ code, severity, path, value }))), 8);
}

function actionOf({ verify, by, sequence, row }: Decision<SourceState>, judged: JudgedState): TaskAction {
  if (verify) return 'verify';
  const created = judged.created ?? judged.wanted?.created;
  const isRecorded = row?.kind === 'live';
  if (created === undefined && !isRecorded) {
    // A single event leaves a tombstone; the watermark of a snapshot covers the key without one.
    return by.kind === 'single' && sequence > (row?.sequence ?? 0) ? 'record' : 'none';
  }
  const same = isRecorded && sameHashes(row.hashes, judged.hashes) && row.created === created;
  if (!same) return 'plan';
  return by.kind === 'single' ? 'record' : 'none';
}

/** Returns whether an appliance looks at the objects of a namespace at all. */
export function isNamespaceSelected(namespace: string, { namespaces }: GatewayFilter): boolean {
  return namespaces === undefined || namespaces.includes(namespace);
}

/**
 * Returns whether a record is a tombstone whose withdrawal is complete: it names no front end any more. A tombstone that
 * is still pending names the front ends where claims may remain.
 */
export const isTombstone = ({ kind, state }: Pick<IngressRecord, 'kind' | 'state'>): boolean =>
  kind === 'tombstone' && state === 'applied';
