import type { GatewayObject } from '../gateway/index.ts';
import type { K8sObject, LocatedIn } from '../ingress/index.ts';
import { type GatewaysExtent, type JudgedSources, problemFinding } from '../library/lint-source.ts';
import type { Progress } from './progress.ts';
import { UsageError } from './usage.ts';

export type { JudgedSources } from '../library/lint-source.ts';

/** Selects a cluster, and the part of it that is read. */
export interface ClusterQuery {
  /** `KUBECONFIG`, then `~/.kube/config` if absent. */
  readonly kubeconfig?: string;
  /** The current one if absent. */
  readonly context?: string;
  /** Only this namespace; all if absent. */
  readonly namespace?: string;
}

export interface ClusterRead {
  readonly objects: readonly K8sObject[];
  readonly gateways: GatewaysRead;
  /** Whether IngressClasses could be read: they are outside namespaces. */
  readonly classesKnown: boolean;
}

/** Objects of the Gateway API, as far as they were read. */
export interface GatewaysRead {
  readonly objects: readonly GatewayObject[];
  readonly extent: GatewaysExtent;
  /** Why they were not read, where the cluster serves them. */
  readonly problem?: string;
}

/** Reads the objects of a live cluster, once. */
export interface ClusterReader {
  /**
   * @param onReading receives the name of the resource that is read next.
   * @throws an error with one clear sentence if the cluster cannot be read.
   */
  read(query?: ClusterQuery, onReading?: (resource: string) => void): Promise<ClusterRead>;
}

/** Repeats an action every `ms` milliseconds. @returns cancels it. */
export type Every = (ms: number, action: () => void) => () => void;

const SECOND_MS = 1_000;

/** Stands for the file in findings about a live cluster. */
const CLUSTER = 'cluster';

const inCluster = <T>(object: T): LocatedIn<T> => ({ object, file: CLUSTER, lineOf: () => 1 });

/** Repeats an action with a timer of this process. */
export const everyTimer: Every = (ms, action) => {
  const timer = setInterval(action, ms);
  return () => clearInterval(timer);
};

/**
 * Reads a live cluster in the form of manifests: the one way for every command with `--live`. Where IngressClasses may
 * not be read, the sources are partial, so that the class of an Ingress is assumed to be ours as it is for files.
 *
 * @param reader undefined where a command is used without clusters.
 * @throws {UsageError} with one sentence if the cluster cannot be read.
 */
export async function readClusterSources(
  reader: ClusterReader | undefined,
  query: ClusterQuery,
  progress: Progress,
  every: Every = everyTimer,
): Promise<JudgedSources> {
  if (reader === undefined) throw new UsageError('--live is not available here.');
  let current = 'the cluster';
  // A single list may take as long as all others, so the progress line follows a timer.
  const cancel = every(SECOND_MS, () => progress.next(`reading ${current}`));
  try {
    const read = await reader.read(query, (next) => {
      current = next;
    });
    const { extent, problem } = read.gateways;
    return {
      objects: read.objects.map(inCluster),
      gatewayObjects: read.gateways.objects.map(inCluster),
      gateways: extent,
      problems: problem === undefined ? [] : [problemFinding({ file: CLUSTER, line: 1, message: problem, hint: true })],
      ignores: new Map(),
      partial: !read.classesKnown,
    };
  } catch (error) {
    throw new UsageError(`cannot read the cluster: ${(error as Error).message}`, { cause: error });
  } finally {
    cancel();
    progress.end();
  }
}
