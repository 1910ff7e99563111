import {
  type AdoptContext,
  type AdoptionCandidates,
  type AdoptionVerdict,
  candidatesOf,
  type HostVerdict,
  type Incumbent,
  judge,
  readIncumbent,
  readLedger,
  renameServer,
  sequencesAbove,
} from '../../lib/adopt/index.ts';
import type { IngressState } from '../../lib/contract/index.ts';
import type { World } from './engine.ts';
import { CLUSTER, UID } from './events.ts';

/** All that a take-over knows of an appliance and of the Ingresses. */
export interface Looked {
  readonly context: AdoptContext;
  readonly incumbent: Incumbent;
  readonly candidates: AdoptionCandidates;
  readonly verdict: AdoptionVerdict;
  /** Verdicts of these states. */
  readonly in: (...states: readonly HostVerdict['state'][]) => HostVerdict[];
}

const ALL_MEMBERS = { has: () => true } as unknown as ReadonlySet<string>;

/** Looks at the appliance as `nspass adopt` does. */
export async function look(
  { engine, session, client }: Pick<World, 'engine' | 'session' | 'client'>,
  states: readonly IngressState[],
): Promise<Looked> {
  const context: AdoptContext = {
    engine,
    cluster: CLUSTER,
    clusterUid: UID,
    prefix: 'k8s',
    nextSequence: sequencesAbove(await readLedger(engine, CLUSTER), engine.now),
    rename: (from, to) => renameServer(session, from, to),
    statistics: client,
  };
  const candidates = candidatesOf({
    cluster: CLUSTER,
    states,
    withMembers: ALL_MEMBERS,
    rules: engine.settings.rules,
    filter: engine.settings.filter,
  });
  const incumbent = await readIncumbent(engine.reader, engine.settings.systemId, context.prefix);
  const verdict = judge(incumbent, candidates);
  return {
    context,
    incumbent,
    candidates,
    verdict,
    in: (...wanted) => verdict.hosts.filter(({ state }) => wanted.includes(state)),
  };
}
