import { isGatewayKind, type ReadKind } from '../source/known-kinds.ts';
import { type KindState, newKindState } from './kind-state.ts';
import { resourceName } from './kinds.ts';
import type { Reflector } from './reflector.ts';

/** Returns whether a kind was served before and is no longer. */
export function isUnserved(kind: ReadKind, { reading }: KindState): boolean {
  return isGatewayKind(kind) && reading === undefined;
}

/** The kinds that a source reads, in the order of reporting, and the reading of each. */
export class KindTable {
  readonly #states = new Map<ReadKind, KindState>();
  readonly #reflector: (kind: ReadKind, path: string) => Reflector;
  readonly #closing: AbortSignal;
  readonly #reading = new Set<Promise<void>>();

  /** @param closing ends all reading. */
  constructor(reflector: (kind: ReadKind, path: string) => Reflector, closing: AbortSignal) {
    this.#reflector = reflector;
    this.#closing = closing;
  }

  get all(): ReadonlyMap<ReadKind, KindState> {
    return this.#states;
  }

  /** Returns the state of a kind, a new one where there was none. */
  state(kind: ReadKind): KindState {
    const state = this.#states.get(kind) ?? newKindState();
    this.#states.set(kind, state);
    return state;
  }

  /** Begins to read a kind from a collection, or anew from another one: its objects stay until they are listed. */
  begin(kind: ReadKind, path: string): void {
    const state = this.state(kind);
    if (state.reading?.path === path) return;
    end(state);
    const stop = new AbortController();
    const reflector = this.#reflector(kind, path);
    state.reading = { reflector, path, stop };
    const running = reflector.run(AbortSignal.any([this.#closing, stop.signal]));
    this.#reading.add(running);
    running.finally(() => this.#reading.delete(running));
  }

  /** Ends reading a kind that is no longer served. Its objects stay. @returns whether it was read. */
  unserve(kind: ReadKind): boolean {
    const state = this.#states.get(kind);
    if (state?.reading === undefined) return false;
    end(state);
    state.problem =
      `${resourceName(kind)} cannot be read: the API server no longer serves the kind. What it had stays as it was last seen; ` +
      'serve it again, or confirm that it is gone with POST /snapshot?confirmed=true at the leader';
    return true;
  }

  /** Forgets kinds that are not served. @param heard a listener knows their objects: then those that have some are kept. */
  forgetUnserved(heard: boolean): void {
    for (const [kind, state] of this.#states) {
      if (isUnserved(kind, state) && !(heard && state.objects.size > 0)) this.#states.delete(kind);
    }
  }

  /** Resolves when nothing is read any more. */
  async ended(): Promise<void> {
    await Promise.all(this.#reading);
  }
}

function end(state: KindState): void {
  state.reading?.stop.abort();
  state.reading = undefined;
  state.listed = false;
  state.problem = undefined;
  state.doubted = false;
}
