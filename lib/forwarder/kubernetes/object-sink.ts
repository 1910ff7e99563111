import type { K8sKind, K8sObject } from '../../ingress/kubernetes.ts';
import type { WatchFailure } from './api-error.ts';

/** The reason for which a watch or a list began anew. */
export type Restart = 'ended' | 'idle' | 'doubted' | WatchFailure;

/** Takes the objects of all kinds, and the state of their watches. */
export interface ObjectSink {
  upsert(object: K8sObject): void;
  /** An event reported the deletion. */
  remove(kind: K8sKind, namespace: string, name: string): void;
  /**
   * A whole list was reported: an object of this kind that is not in `names` (`namespace/name`) is gone, or the list
   * is wrong.
   *
   * @returns whether the list is believed; if not, it is read again.
   */
  listed(kind: K8sKind, names: ReadonlySet<string>): boolean;
  /** @param problem why the kind cannot be read; undefined where it can. Called when it changes. */
  readable(kind: K8sKind, problem: string | undefined): void;
  restarted(kind: K8sKind, reason: Restart): void;
}
