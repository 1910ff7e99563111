import { ownerKey, PREFIXES } from '../../contract/index.ts';
import { MultiMap } from './multi-map.ts';

/** What was last said of an Ingress. */
export interface PublishedVersion {
  /** Hash of the content; undefined where it is not certain what arrived. */
  readonly hash: string | undefined;
  readonly sequence: number;
}

/**
 * What the bus was told of each Ingress: its hash, not its state. An attempt that failed may have arrived all the
 * same; then it is uncertain what was said, and whatever is true next is said again.
 */
export class PublishedState {
  readonly #said = new Map<string, PublishedVersion>();

  get(name: string): PublishedVersion | undefined {
    return this.#said.get(name);
  }

  /** An attempt begins that says something else than before. */
  attempt(name: string, sequence: number): void {
    this.#said.set(name, { hash: undefined, sequence });
  }

  /** The bus took it. */
  published(name: string, hash: string, sequence: number): void {
    this.#said.set(name, { hash, sequence });
  }

  /** The bus took that it is gone. */
  forget(name: string): void {
    this.#said.delete(name);
  }

  get size(): number {
    return this.#said.size;
  }
}

/** Names of Ingresses by the prefix of their key. */
export class KeySpace {
  readonly #cluster: string;
  readonly #byPrefix = new MultiMap();

  constructor(cluster: string) {
    this.#cluster = cluster;
  }

  #prefix(name: string): string {
    const [namespace = '', ingress = ''] = name.split('/');
    return ownerKey({ cluster: this.#cluster, namespace, name: ingress }).slice(0, 2);
  }

  add(name: string): void {
    this.#byPrefix.add(this.#prefix(name), name);
  }

  delete(name: string): void {
    this.#byPrefix.delete(this.#prefix(name), name);
  }

  all(): string[] {
    return PREFIXES.flatMap((prefix) => this.of(prefix));
  }

  /** Sorted, so that equal content makes equal events. */
  of(prefix: string): readonly string[] {
    return [...this.#byPrefix.get(prefix)].sort();
  }
}
