import { isDeepStrictEqual } from 'node:util';
import { isPackable, packed } from '../source/packed-object.ts';
import type { SourceObject, SourceObjectKind } from '../source/source.ts';

/** Number of shared texts; when it is reached, all are forgotten and sharing begins anew. */
const POOL = 4_096;

/** Kinds of which Events and outcomes tell. */
const WITH_IDENTITY: ReadonlySet<SourceObjectKind> = new Set(['Ingress', 'GatewayClass', 'Gateway', 'TLSRoute']);

/**
 * Returns compact copies of objects that are kept (test/bench/forwarder.ts).
 *
 * - Kinds of which a cluster has thousands are kept as text ({@link packed}).
 * - `JSON.parse` gives other objects exactly as many slots as they have fields, and their equal texts are the same object.
 * - Only objects that are reported on keep UID and creation time.
 * - An object that is reported again unchanged stays the one that is kept.
 */
export class Compactor {
  readonly #texts = new Map<string, string>();

  /**
   * @param known the copy that is kept now. It is returned where nothing changed: whoever holds it would not take an equal one,
   * and both would stay.
   */
  compact(object: SourceObject, known?: SourceObject): SourceObject {
    const copy = this.#copy(object);
    return known !== undefined && isDeepStrictEqual(known, copy) ? known : copy;
  }

  /** Returns the same text object for equal texts. */
  text(text: string): string {
    return this.#text(text);
  }

  #copy(object: SourceObject): SourceObject {
    const kept = WITH_IDENTITY.has(object.kind) ? object : withoutIdentity(object);
    if (isPackable(kept)) return packed(kept);
    const copy = JSON.parse(JSON.stringify(kept)) as SourceObject;
    this.#share(copy as unknown as Record<string, unknown>);
    return copy;
  }

  #share(holder: Record<string, unknown>): void {
    for (const [key, value] of Object.entries(holder)) {
      if (typeof value === 'string') holder[key] = this.#text(value);
      else if (typeof value === 'object' && value !== null) this.#share(value as Record<string, unknown>);
    }
  }

  #text(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= POOL) this.#texts.clear();
    this.#texts.set(text, text);
    return text;
  }
}

function withoutIdentity<T extends SourceObject>(object: T): T {
  const { uid: _uid, creationTimestamp: _created, ...metadata } = object.metadata;
  return { ...object, metadata };
}
