import { keyPrefix, PREFIXES, TLS_ROUTE_PREFIXES } from '../../contract/index.ts';
import { refOf } from './ingress-ref.ts';
import { MultiMap } from './multi-map.ts';

/** Indexes the names of Ingresses and TLSRoutes by the prefix of their key. */
export class KeySpace {
  readonly #cluster: string;
  readonly #byPrefix = new MultiMap();

  constructor(cluster: string) {
    this.#cluster = cluster;
  }

  #prefix(name: string): string {
    return keyPrefix({ cluster: this.#cluster, ...refOf(name) });
  }

  add(name: string): void {
    this.#byPrefix.add(this.#prefix(name), name);
  }

  delete(name: string): void {
    this.#byPrefix.delete(this.#prefix(name), name);
  }

  all(): string[] {
    return [...TLS_ROUTE_PREFIXES, ...PREFIXES].flatMap((prefix) => this.of(prefix));
  }

  /** Returns the names of a prefix, sorted so that equal content makes equal events. */
  of(prefix: string): readonly string[] {
    return [...this.#byPrefix.get(prefix)].sort();
  }
}
