import type { IngressState } from '../contract/index.ts';
import { frontendKey } from '../route/index.ts';
import { type AdoptionCandidate, type AdoptionCandidates, candidateKey } from './candidates.ts';
import { type AdoptContext, AdoptionStopped } from './context.ts';
import { handOver } from './hand-over.ts';
import type { Incumbent, IncumbentServer } from './incumbent.ts';
import { type HostVerdict, inOrder, judge } from './judge.ts';
import type { LeftoverReport } from './leftovers.ts';
import { makeRoom, restore } from './make-room.ts';
import { giveBack, ownersOf, refuseBound, takeOver, withdrawUnfinished } from './move-host.ts';
import { readIncumbent } from './read-incumbent.ts';

/** Looks at a host through its address. @returns looks again, and returns what is worse; undefined where nothing is. */
export type LookAtHost = (verdict: HostVerdict) => Promise<() => Promise<string | undefined>>;

/** What is told about a run. */
export interface RunOptions {
  /** After each host. */
  readonly onHost?: (verdict: HostVerdict, done: number, of: number) => void;
  /** Looks at each host before and behind its take-over; a host that is worse is given back at once. */
  readonly lookAt?: LookAtHost;
}

/**
 * Takes hosts over, one after the other: exact names before the wildcards over them.
 *
 * @param hosts verdicts `ready` or `new`.
 * @throws {AdoptionStopped} the host at which it stopped, and why; those before it are taken over.
 */
export async function takeOverAll(
  context: AdoptContext,
  incumbent: Incumbent,
  candidates: AdoptionCandidates,
  hosts: readonly HostVerdict[],
  { onHost, lookAt }: RunOptions = {},
): Promise<void> {
  const servers = new Map(incumbent.servers.map((server) => [frontendKey(server.frontend), server]));
  for (const key of new Set(hosts.map(({ frontend }) => frontendKey(frontend)))) {
    const server = servers.get(key);
    if (server !== undefined) await makeRoom(context, server);
  }
  for (const [index, verdict] of inOrder(hosts).entries()) {
    const server = servers.get(frontendKey(verdict.frontend));
    const candidate = candidates.byHost.get(candidateKey(verdict.frontend, verdict.host));
    if (server === undefined || candidate === undefined) continue;
    const again = await lookAt?.(verdict);
    await takeOver(context, server, candidate);
    const wrong = await again?.();
    if (wrong !== undefined) {
      await giveBack(context, server, givenBack(candidate));
      throw new AdoptionStopped(`${verdict.host}: ${wrong}: it was given back`);
    }
    onHost?.(verdict, index + 1, hosts.length);
  }
}

const givenBack = ({ owner, state, host }: AdoptionCandidate) => ({ owner, state, hosts: new Set([host]) });

/**
 * Gives hosts back, wildcards first.
 *
 * @param hosts verdicts `taken-over`.
 */
export async function giveBackAll(
  context: AdoptContext,
  incumbent: Incumbent,
  candidates: AdoptionCandidates,
  hosts: readonly HostVerdict[],
  { onHost }: Pick<RunOptions, 'onHost'> = {},
): Promise<void> {
  let count = 0;
  for (const server of incumbent.servers) {
    if (server.record?.step === 'shared') await withdrawUnfinished(context, server);
    const own = hosts.filter(({ frontend }) => frontendKey(frontend) === frontendKey(server.frontend));
    for (const verdict of inOrder(own).toReversed()) {
      for (const owner of await ownersOf(context, server.frontend, verdict.host)) {
        const state = stateOf(candidates, server, verdict.host, owner);
        const given = state === undefined ? own.map(({ host }) => host) : [verdict.host];
        await giveBack(context, server, { owner, state, hosts: new Set(given) });
      }
      count += 1;
      onHost?.(verdict, count, hosts.length);
    }
  }
}

function stateOf(
  candidates: AdoptionCandidates,
  { frontend }: IncumbentServer,
  host: string,
  owner: AdoptionCandidate['owner'],
): IngressState | undefined {
  const candidate = candidates.byHost.get(candidateKey(frontend, host));
  const known = [...(candidate === undefined ? [] : [candidate]), ...candidates.byHost.values()];
  return known.find((one) => one.owner.namespace === owner.namespace && one.owner.name === owner.name)?.state;
}

/** Puts back the incumbent's bindings on the front ends that are shared, and on which no host is ours. */
export async function restoreUnused(context: AdoptContext): Promise<string[]> {
  const { reader, settings } = context.engine;
  const restored: string[] = [];
  const { servers } = await readIncumbent(reader, settings.systemId, context.prefix);
  for (const server of servers) {
    if (server.record?.step !== 'shared' || server.taken.size > 0) continue;
    await withdrawUnfinished(context, server);
    await refuseBound(context, server);
    await restore(context, server);
    restored.push(server.name);
  }
  return restored;
}

/** What became of a front end in the last step. */
export interface HandedOver extends LeftoverReport {
  readonly frontend: IncumbentServer['frontend'];
}

/**
 * Hands over the front ends of which nothing is left to the incumbent, and removes its leftovers.
 *
 * @param states all Ingresses that were read.
 */
export async function finishAll(
  context: AdoptContext,
  incumbent: Incumbent,
  candidates: AdoptionCandidates,
  states: readonly IngressState[],
): Promise<HandedOver[]> {
  const { frontends } = judge(incumbent, candidates);
  const result: HandedOver[] = [];
  for (const [index, { step, hindrances }] of frontends.entries()) {
    const server = incumbent.servers[index];
    if (server === undefined || step === 'theirs' || hindrances.length > 0) continue;
    result.push({ frontend: server.frontend, ...(await handOver(context, incumbent, server, states)) });
  }
  return result;
}
