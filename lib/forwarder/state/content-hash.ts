import { digest, stableJson } from '../../contract/index.ts';

/** Returns the hash of a content: an event is published only if it differs from the hash published last. */
export function contentHash(value: unknown): string {
  return digest(stableJson(value));
}
