/** Upper limit, because rules may hold any text. */
const MAX_NOTES = 1000;

/** Collects parts of the configuration that are kept without effect, each once. */
export class Notes {
  readonly #texts = new Set<string>();
  readonly #onNote: ((note: string) => void) | undefined;

  constructor(onNote: ((note: string) => void) | undefined) {
    this.#onNote = onNote;
  }

  readonly add = (text: string): void => {
    if (this.#texts.has(text) || this.#texts.size >= MAX_NOTES) return;
    this.#texts.add(text);
    this.#onNote?.(text);
  };

  list(): readonly string[] {
    return [...this.#texts];
  }
}
