import type { ReadKind } from '../source/known-kinds.ts';
import type { SourceObject, SourceSink } from '../source/source.ts';
import type { WatchFailure } from './api-error.ts';

/** The reason for which a watch or a list began anew. */
export type Restart = 'ended' | 'idle' | 'doubted' | WatchFailure;

/** Takes the objects of all kinds, and the state of their watches. */
export interface ObjectSink {
  /**
   * @param status of the object, unchecked.
   * @param triggeredAt as {@link SourceSink.upsert} takes it.
   */
  upsert(object: SourceObject, status: unknown, triggeredAt: number | undefined): void;
  /** An event reported the deletion. */
  remove(kind: ReadKind, namespace: string, name: string): void;
  /** A list begins: its objects are reported one after the other, page by page. */
  listing(kind: ReadKind): void;
  /**
   * A whole list was reported: an object of this kind that is not in `names` (`namespace/name`) is gone, or the list
   * is wrong.
   *
   * @returns whether the list is believed; if not, it is read again.
   */
  listed(kind: ReadKind, names: ReadonlySet<string>): boolean;
  /** @param problem why the kind cannot be read; undefined where it can. Called when it changes. */
  readable(kind: ReadKind, problem: string | undefined): void;
  restarted(kind: ReadKind, reason: Restart): void;
}
