import { digest, stableJson } from '../../contract/index.ts';
import { sharedText } from '../source/shared-text.ts';

/** Returns the hash of a content: an event is published only if it differs from the hash published last. */
export function contentHash(value: unknown): string {
  return sharedText(digest(stableJson(value)));
}
