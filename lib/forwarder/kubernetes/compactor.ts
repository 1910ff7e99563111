import { isDeepStrictEqual } from 'node:util';
import type { SourceObject, SourceObjectKind } from '../source/source.ts';
import { PackedRoute } from './packed-route.ts';

/** Number of shared values; when it is reached, all are forgotten and sharing begins anew. */
const POOL = 4_096;

/** Fields with few different values: the ports of thousands of slices are the same. */
const SHARED_FIELDS: ReadonlySet<string> = new Set(['conditions', 'ports', 'parentRefs']);

/** Kinds of which Events and outcomes tell. */
const WITH_IDENTITY: ReadonlySet<SourceObjectKind> = new Set(['Ingress', 'GatewayClass', 'Gateway', 'TLSRoute']);

/**
 * Returns compact copies of objects that are kept: 10,000 Ingresses with their Services and slices take half of the
 * memory that the parser's objects take (test/bench/forwarder.ts).
 *
 * - `JSON.parse` gives objects exactly as many slots as they have fields.
 * - Equal texts (namespaces, nodes, protocols) and equal small values are the same object.
 * - Only objects that are reported on keep UID and creation time.
 * - An object that is reported again unchanged stays the one that is kept.
 * - A TLSRoute is kept as text ({@link PackedRoute}).
 */
export class Compactor {
  readonly #texts = new Map<string, string>();
  readonly #values = new Map<string, unknown>();

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
    if (object.kind === 'TLSRoute') return new PackedRoute(object, (text) => this.#text(text));
    const replacer = WITH_IDENTITY.has(object.kind) ? undefined : withoutIdentity;
    const copy = JSON.parse(JSON.stringify(object, replacer)) as SourceObject;
    this.#share(copy as unknown as Record<string, unknown>);
    return copy;
  }

  #share(holder: Record<string, unknown>): void {
    for (const [key, value] of Object.entries(holder)) {
      if (typeof value === 'string') holder[key] = this.#text(value);
      else if (typeof value === 'object' && value !== null) {
        this.#share(value as Record<string, unknown>);
        if (SHARED_FIELDS.has(key)) holder[key] = this.#value(value);
      }
    }
  }

  #text(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= POOL) this.#texts.clear();
    this.#texts.set(text, text);
    return text;
  }

  #value(value: unknown): unknown {
    const text = JSON.stringify(value);
    const known = this.#values.get(text);
    if (known !== undefined) return known;
    if (this.#values.size >= POOL) this.#values.clear();
    this.#values.set(text, value);
    return value;
  }
}

function withoutIdentity(key: string, value: unknown): unknown {
  return key === 'uid' || key === 'creationTimestamp' ? undefined : value;
}
