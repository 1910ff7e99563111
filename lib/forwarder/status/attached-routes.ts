/** Separates the listeners of a route: no name has a blank. */
const BETWEEN = ' ';

/** Returns the name of a listener among all: `infra/edge/tls`. @param gateway `namespace/name`. */
export const listenerName = (gateway: string, listener: string): string => `${gateway}/${listener}`;

/** Returns the Gateway of a listener, `namespace/name`. */
const gatewayOf = (listener: string): string => listener.split('/', 2).join('/');

/** Counts the routes that each listener takes, so that a change of one route costs no look at the others. */
export class AttachedRoutes {
  /** Route → its listeners, as one text: most routes have the same. */
  readonly #listeners = new Map<string, string>();
  readonly #texts = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** @param listener as {@link listenerName} returns it. */
  count(listener: string): number {
    return this.#counts.get(listener) ?? 0;
  }

  /**
   * Replaces the listeners of a route; none where it is gone.
   *
   * @returns the Gateways whose counts changed.
   */
  replace(route: string, listeners: ReadonlySet<string>): Set<string> {
    const before = this.#listeners.get(route) ?? '';
    const now = this.#shared([...listeners].sort().join(BETWEEN));
    if (before === now) return new Set();
    if (now === '') this.#listeners.delete(route);
    else this.#listeners.set(route, now);
    const [old, fresh] = [namesIn(before), namesIn(now)];
    const changed = old.symmetricDifference(fresh);
    for (const listener of changed) {
      const count = this.count(listener) + (fresh.has(listener) ? 1 : -1);
      if (count === 0) this.#counts.delete(listener);
      else this.#counts.set(listener, count);
    }
    return new Set(Array.from(changed, gatewayOf));
  }

  clear(): void {
    this.#listeners.clear();
    this.#texts.clear();
    this.#counts.clear();
  }

  #shared(text: string): string {
    const known = this.#texts.get(text);
    if (known === undefined) this.#texts.set(text, text);
    return known ?? text;
  }
}

const namesIn = (text: string): Set<string> => new Set(text === '' ? [] : text.split(BETWEEN));
