import type { ReadKind } from '../source/known-kinds.ts';
import type { SourceSink } from '../source/source.ts';
import type { KindState } from './kind-state.ts';

/** Objects that are reported in one turn of the event loop. */
export const REPLAY_PART = 100;

/**
 * Reports all objects to a listener, a part at a time.
 *
 * @param listens whether the listener still listens; it is told no more where not.
 */
export function* replay(
  kinds: ReadonlyMap<ReadKind, Pick<KindState, 'objects'>>,
  sink: Pick<SourceSink, 'upsert'>,
  listens: () => boolean,
): Generator<void> {
  let reported = 0;
  for (const { objects } of kinds.values()) {
    for (const object of objects.values()) {
      if (!listens()) return;
      sink.upsert(object);
      reported += 1;
      if (reported % REPLAY_PART === 0) yield;
    }
  }
}
