import type { KindHealth } from '../kubernetes/index.ts';

/** The inputs of readiness. */
export interface ReadinessInputs {
  readonly kinds: readonly KindHealth[];
  /** Silence after which a watch is stale, in milliseconds. */
  readonly staleMs: number;
  /** Error for which the Lease cannot be used. */
  readonly lease: string | undefined;
  /** Whether the UID of the cluster is known. */
  readonly identified: boolean;
  /** Undefined for a replica that waits: its work is to have the cluster in memory. */
  readonly leader: { readonly failures: number; readonly started: boolean } | undefined;
  readonly stopping: boolean;
}

/** Failures in a row from which on the leader is not ready: a single one passes. */
const FAILURES = 3;

const DOUBTED =
  'the API server lists none, which is not believed; nothing is published until it lists some, or POST /snapshot?confirmed=true confirms it';

/** Returns the reasons for which the process is not ready; empty where it is ready. */
export function unreadiness(inputs: ReadinessInputs): string[] {
  const { kinds, staleMs, lease, identified, leader, stopping } = inputs;
  return [
    ...(stopping ? ['the process is stopping'] : []),
    ...(identified ? [] : ['the cluster is not identified: the namespace kube-system could not be read yet']),
    ...kinds.flatMap(({ kind, listed, doubted, problem, silentMs }) => {
      if (problem !== undefined) return [`${kind}: ${problem}`];
      if (doubted) return [`${kind}: ${DOUBTED}`];
      if (!listed) return [`${kind}: not listed yet`];
      return (silentMs ?? 0) > staleMs
        ? [`${kind}: the API server has sent nothing for ${Math.round((silentMs ?? 0) / 1_000)} s`]
        : [];
    }),
    ...(lease === undefined ? [] : [`lease: ${lease}`]),
    ...(leader !== undefined && leader.failures >= FAILURES
      ? [`publishing: ${leader.failures} attempts in a row failed`]
      : []),
    ...(leader !== undefined && !leader.started
      ? ['publishing: the first view of the cluster is not complete yet']
      : []),
  ];
}
