import { sharedText } from '../source/shared-text.ts';

/**
 * Maps a text to several texts. Most keys of the forwarder's indexes have one value (a Service has one Ingress and one
 * slice), which is kept without a set around it: that saves a few hundred bytes for each key.
 */
export class MultiMap {
  readonly #values = new Map<string, string | Set<string>>();

  get(key: string): Iterable<string> {
    const values = this.#values.get(key);
    if (values === undefined) return [];
    return typeof values === 'string' ? [values] : values;
  }

  add(key: string, value: string): void {
    const values = this.#values.get(key);
    if (values === undefined) this.#values.set(sharedText(key), value);
    else if (typeof values !== 'string') values.add(value);
    else if (values !== value) this.#values.set(key, new Set([values, value]));
  }

  delete(key: string, value: string): void {
    const values = this.#values.get(key);
    if (values === value || (typeof values === 'object' && values.delete(value) && values.size === 0)) {
      this.#values.delete(key);
    }
  }
}
