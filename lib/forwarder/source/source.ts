import type { GatewayKind, GatewayObject } from '../../gateway/index.ts';
import type { K8sObject } from '../../ingress/kubernetes.ts';

/** An object that a source reads. */
export type SourceObject = K8sObject | GatewayObject;
export type SourceObjectKind = SourceObject['kind'];

/** A part of the source that cannot be used as it is. */
export interface SourceProblem {
  /** Path of the file, relative to the folder. */
  readonly file: string;
  /** 1-based; 1 for the whole file. */
  readonly line: number;
  readonly message: string;
  /** Whether it is only a hint: the object is valid, but not read. */
  readonly hint?: true;
}

/** An object by name; the namespace is empty for kinds without one. */
export interface ObjectRef {
  readonly namespace: string;
  readonly name: string;
}

/** Takes the changes of a source. All calls are synchronous and come in the order of the changes. */
export interface SourceSink {
  /**
   * The object exists with this content. A repeated call is harmless.
   *
   * @param triggeredAt time at which Kubernetes observed what changed the object, in milliseconds since the epoch; undefined where
   *   the object does not say.
   */
  upsert(object: SourceObject, triggeredAt?: number): void;
  /** The deletion of the object was seen. Never called for an object that merely cannot be read (LIF-6). */
  remove(kind: SourceObjectKind, namespace: string, name: string): void;
  /**
   * A whole view of the kind lacks known objects whose deletion was not seen: a list after a lost watch, or another
   * folder under the same name. The objects may be gone, or the view may be wrong (LIF-6).
   */
  missing(kind: SourceObjectKind, objects: readonly ObjectRef[]): void;
  /** A list of the kind begins: until {@link listed}, objects of it may be there that were not reported yet. */
  listing?(kind: SourceObjectKind): void;
  /** All objects of the list were reported; what it lacks follows. Not called for a list that failed: it begins again. */
  listed?(kind: SourceObjectKind): void;
  /**
   * Everything readable was reported; changes follow. Called again whenever `complete` or `readsGateways` changes.
   *
   * @param complete false where objects may exist that could never be read (a file that was not YAML from the start):
   *   then an unreported object does not count as deleted, and no snapshot is published.
   */
  synced(complete: boolean): void;
  /** The status of an object of the Gateway API is another one, or seen for the first time. */
  statusChanged?(kind: GatewayKind, namespace: string, name: string): void;
  /** Replaces all problems by the current ones. */
  problems(problems: readonly SourceProblem[]): void;
}

/** Reads the objects of a cluster, or of a folder of manifests. */
export interface ClusterSource {
  /**
   * Starts reporting; resolves when watching has begun, which may be before `synced`.
   *
   * @throws {Error} with one clear sentence where the source cannot be used at all.
   */
  start(sink: SourceSink): Promise<void>;
  stop(): Promise<void>;
  /**
   * Whether it has reported all objects of the Gateway API: then snapshots cover TLSRoutes, too. Where not, nothing of theirs
   * counts as deleted.
   */
  readonly readsGateways?: boolean;
  /** Returns the status of an object of the Gateway API as JSON with equal times; undefined for an unknown object. */
  statusOf?(kind: GatewayKind, namespace: string, name: string): string | undefined;
  /** An operator confirms the current view: the source reports what it doubted. */
  confirm?(): void;
}
