import { digest, type Finding, type IngressState, stableJson } from '../../contract/index.ts';
import { type ApplianceFilter, appliesTo, finding, type InterpretRules, interpret } from '../../ingress/index.ts';
import { type Decision, type Hashes, hashesOf, sameHashes } from '../../ledger/index.ts';
import { type Frontend, frontendKey, type RouteSet } from '../../route/index.ts';

/** How much has to be done for one key. */
export type TaskAction =
  /** Nothing differs and nothing new is to be recorded. */
  | 'none'
  /** Equal content, newer sequence: one write (rule 5). */
  | 'record'
  /** Something differs from the record. */
  | 'plan'
  /** The record cannot be trusted, or somebody asked: compare with the real objects. */
  | 'verify';

/** One key of the batch: what is wanted for it on this appliance, and why not more. */
export interface Task {
  readonly decision: Decision<IngressState>;
  /** In canonical form; undefined where it is to have nothing. */
  readonly wanted: RouteSet | undefined;
  /** What it would have if its address were not somebody else's: recorded as pending, until it comes free (rule 12). */
  readonly blocked?: RouteSet;
  /** Why the appliance passes it by, although it is there: its class, or a front end of another appliance. */
  readonly passedBy?: 'unselected' | 'elsewhere';
  readonly hashes: Hashes;
  readonly findings: readonly Finding[];
  readonly action: TaskAction;
}

export interface TaskContext {
  readonly filter: ApplianceFilter;
  readonly rules: InterpretRules;
}

const NOTHING: Hashes = { frontend: '', routes: '', members: '' };

/**
 * Interprets one decision for this appliance.
 *
 * @returns undefined where the namespace is not selected: dropped without a record, because a key's namespace never
 *   changes (rule 6). A class that is not selected, and a front end that is another appliance's, count as withdrawn.
 */
export function taskOf(decision: Decision<IngressState>, context: TaskContext): Task | undefined {
  const { state, owner, row } = decision;
  let wanted: RouteSet | undefined;
  let findings: readonly Finding[] = [];
  let passedBy: Task['passedBy'];
  if (state !== undefined) {
    const applies = appliesTo(state, context.filter);
    if (applies === 'namespace') return undefined;
    const meaning = applies === 'yes' ? interpret(owner.cluster, state, context.rules) : undefined;
    if (meaning === undefined) passedBy = 'unselected';
    else if (meaning.elsewhere === true) passedBy = 'elsewhere';
    else {
      findings = meaning.findings;
      if (meaning.routes.routes.length > 0) wanted = meaning.routes;
    }
  } else if (!namespaceSelected(owner.namespace, context.filter)) {
    return undefined;
  }
  const hashes = wanted === undefined ? NOTHING : hashesOf(wanted);
  const action = actionOf(decision, wanted, hashes, row);
  // A remark that is new is worth a look: its outcome says what the Ingress has.
  const remarked = (row?.findings ?? '') !== findingsDigest(findings);
  const looked = remarked && (action === 'record' || action === 'none') && row?.kind === 'live' ? 'plan' : action;
  return { decision, wanted, ...(passedBy === undefined ? {} : { passedBy }), hashes, findings, action: looked };
}

/** Empty where there is nothing to remark. */
export function findingsDigest(findings: readonly Finding[]): string {
  return findings.length === 0 ? '' : digest(stableJson(findings), 8);
}

function actionOf(
  { verify, by, sequence }: Decision<IngressState>,
  wanted: RouteSet | undefined,
  hashes: Hashes,
  row: Decision<IngressState>['row'],
): TaskAction {
  if (verify) return 'verify';
  const there = row?.kind === 'live';
  if (wanted === undefined && !there) {
    // A single event leaves its tombstone; a snapshot's watermark speaks for it.
    return by.kind === 'single' && sequence > (row?.sequence ?? 0) ? 'record' : 'none';
  }
  const same = there && wanted !== undefined && sameHashes(row.hashes, hashes) && row.created === wanted.created;
  if (!same) return 'plan';
  return by.kind === 'single' ? 'record' : 'none';
}

function namespaceSelected(namespace: string, { namespaces }: ApplianceFilter): boolean {
  return namespaces === undefined || namespaces.includes(namespace);
}

/** A front end with its kind: two kinds never share an address and port. */
export function frontendSlot(frontend: Frontend): string {
  return `${frontendKey(frontend)}/${frontend.kind}`;
}

const hadRoutes = ({ decision: { row } }: Task): boolean => row?.kind === 'live' && row.routes > 0;

/**
 * What is left of a task when an address belongs to somebody else (CON-4, VAL-11): without the TLS front end nothing,
 * without port 80 everything but the redirect.
 *
 * @param foreign `vip_port/kind` → name of the vserver that is there.
 */
export function withoutForeign(task: Task, foreign: ReadonlyMap<string, string>): Task {
  const { wanted } = task;
  if (wanted === undefined || foreign.size === 0) return task;
  const on = (route: RouteSet['routes'][number]): string | undefined => foreign.get(frontendSlot(route.frontend));
  const tls = wanted.routes.find((route) => route.frontend.kind === 'tls' && on(route) !== undefined);
  const http = wanted.routes.find((route) => route.frontend.kind === 'http' && on(route) !== undefined);
  if (tls === undefined && http === undefined) return task;
  if (tls !== undefined) {
    return {
      ...task,
      wanted: undefined,
      blocked: wanted,
      hashes: NOTHING,
      findings: [
        ...task.findings,
        finding('FrontendInUse', {
          message: `${tls.frontend.vip}:${tls.frontend.port} is in use by the virtual server "${on(tls)}", which this system did not create: ${hadRoutes(task) ? 'the Ingress is not programmed, and its previous configuration is removed' : 'the Ingress is not programmed'}`,
          value: `${tls.frontend.vip}:${tls.frontend.port}`,
        }),
      ],
    };
  }
  const left = { ...wanted, routes: wanted.routes.filter((route) => route.kind === 'passthrough') };
  const { vip, port } = (http as RouteSet['routes'][number]).frontend;
  return {
    ...task,
    wanted: left,
    hashes: hashesOf(left),
    findings: [
      ...task.findings,
      finding('RedirectUnavailable', {
        message: `${vip}:${port} is in use by the virtual server "${foreign.get(frontendSlot({ vip, port, kind: 'http' }))}", which this system did not create: TLS is programmed, the redirect is not`,
        value: `${vip}:${port}`,
      }),
    ],
  };
}
