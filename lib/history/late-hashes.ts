import { type Hashes, hashesOf } from '../ledger/index.ts';
import type { RouteSet } from '../route/index.ts';

/** The hashes of routes, computed when somebody asks: most states of an archive are replaced before. */
export class LateHashes implements Hashes {
  readonly #routes: RouteSet;
  #hashes: Hashes | undefined;

  constructor(routes: RouteSet) {
    this.#routes = routes;
  }

  get #all(): Hashes {
    this.#hashes ??= hashesOf(this.#routes);
    return this.#hashes;
  }

  get frontend(): string {
    return this.#all.frontend;
  }

  get routes(): string {
    return this.#all.routes;
  }

  get members(): string {
    return this.#all.members;
  }
}
