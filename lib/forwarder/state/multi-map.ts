import { sharedText } from '../source/shared-text.ts';

/** Values of one key up to which they are in a list: a set of two takes three times its memory. */
const FEW = 4;

/**
 * Maps a text to several texts. Most keys of the forwarder's indexes have one value (a Service has one Ingress and one
 * slice), which is kept without a set around it: that saves a few hundred bytes for each key.
 */
export class MultiMap {
  /** Lists are replaced, never changed. */
  readonly #values = new Map<string, string | readonly string[] | Set<string>>();

  get(key: string): Iterable<string> {
    const values = this.#values.get(key);
    if (values === undefined) return [];
    return typeof values === 'string' ? [values] : values;
  }

  add(key: string, value: string): void {
    const values = this.#values.get(key);
    if (values === undefined) this.#values.set(sharedText(key), value);
    else if (values instanceof Set) values.add(value);
    else {
      const list = typeof values === 'string' ? [values] : values;
      if (list.includes(value)) return;
      this.#values.set(key, list.length < FEW ? [...list, value] : new Set([...list, value]));
    }
  }

  delete(key: string, value: string): void {
    const values = this.#values.get(key);
    if (values === undefined) return;
    if (values instanceof Set) {
      if (values.delete(value) && values.size === 0) this.#values.delete(key);
      return;
    }
    const left = (typeof values === 'string' ? [values] : values).filter((each) => each !== value);
    if (left.length === 0) this.#values.delete(key);
    else this.#values.set(key, left.length === 1 ? (left[0] as string) : left);
  }
}
