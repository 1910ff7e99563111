import type { K8sKind, K8sObject } from '../../ingress/kubernetes.ts';

/** Something in the source that cannot be used as it stands. */
export interface SourceProblem {
  /** Path of the file, relative to the folder. */
  readonly file: string;
  /** 1-based; 1 where the whole file is meant. */
  readonly line: number;
  readonly message: string;
  /** Nothing is wrong with it; somebody may count on what is not read. */
  readonly hint?: true;
}

/** An object by name; the namespace is empty for kinds that have none. */
export interface ObjectRef {
  readonly namespace: string;
  readonly name: string;
}

/** What a source tells. All calls are synchronous and come in the order of the changes. */
export interface SourceSink {
  /** The object is there, with this content. Repeating it is harmless. */
  upsert(object: K8sObject): void;
  /** The object was seen to be deleted. Never said of what merely cannot be read at the moment (LIF-6). */
  remove(kind: K8sKind, namespace: string, name: string): void;
  /**
   * A whole view of the kind lacks objects that were there, and nobody said that they are deleted: a list after a
   * watch that was lost, a folder that is another one than before. They may be gone, or the view may be wrong (LIF-6).
   */
  missing(kind: K8sKind, objects: readonly ObjectRef[]): void;
  /**
   * Everything that can be read has been told; from now on come changes. Said again whenever `complete` changes.
   *
   * @param complete false where something may be there that could never be read (a file that is no YAML from the
   *   start): then nothing may be taken for deleted because it was not told, and so no snapshot may speak.
   */
  synced(complete: boolean): void;
  /** All problems there are now, replacing those told before. */
  problems(problems: readonly SourceProblem[]): void;
}

/** Where the objects come from: a folder of manifests, or a cluster. */
export interface ClusterSource {
  /**
   * Begins to tell; resolves when watching has begun, which may be before `synced`.
   *
   * @throws an error with one clear sentence where the source cannot be used at all.
   */
  start(sink: SourceSink): Promise<void>;
  stop(): Promise<void>;
  /** An operator confirms the view as it is: what the source itself does not believe is told. */
  confirm?(): void;
}
