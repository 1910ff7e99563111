import type { KindHealth } from '../kubernetes/index.ts';

/** What readiness is made of. */
export interface Condition {
  readonly kinds: readonly KindHealth[];
  /** Silence, in milliseconds, after which a watch counts as stale. */
  readonly staleMs: number;
  /** Why the Lease cannot be used. */
  readonly lease: string | undefined;
  /** The cluster's identity is known. */
  readonly identified: boolean;
  /** Of the leader; undefined for one that waits to lead, whose work is to have everything at hand. */
  readonly leader: { readonly failures: number; readonly started: boolean } | undefined;
  readonly stopping: boolean;
}

/** One failure is weather; so many in a row are a climate. */
const FAILURES = 3;

const DOUBTED =
  'the API server lists none at all, which is not believed: nothing is published until it lists some, or POST /snapshot?confirmed=true confirms it';

/** Why the process is not ready; empty where it is. */
export function unreadiness(condition: Condition): string[] {
  const { kinds, staleMs, lease, identified, leader, stopping } = condition;
  return [
    ...(stopping ? ['stopping'] : []),
    ...(identified ? [] : ['the cluster is not identified: the namespace kube-system was never read']),
    ...kinds.flatMap(({ kind, listed, doubted, problem, silentMs }) => {
      if (problem !== undefined) return [`${kind}: ${problem}`];
      if (doubted) return [`${kind}: ${DOUBTED}`];
      if (!listed) return [`${kind}: never listed`];
      return (silentMs ?? 0) > staleMs ? [`${kind}: nothing heard for ${Math.round((silentMs ?? 0) / 1_000)} s`] : [];
    }),
    ...(lease === undefined ? [] : [`lease: ${lease}`]),
    ...(leader !== undefined && leader.failures >= FAILURES
      ? [`publishing: failed ${leader.failures} times in a row`]
      : []),
    ...(leader !== undefined && !leader.started ? ['publishing: not started'] : []),
  ];
}
