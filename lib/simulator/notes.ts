/** Rules may hold any text: so many different notes are kept. */
const MOST = 1000;

/** Parts of the configuration that are kept and have no effect here, each told once. */
export class Notes {
  readonly #texts = new Set<string>();
  readonly #told: ((note: string) => void) | undefined;

  constructor(told: ((note: string) => void) | undefined) {
    this.#told = told;
  }

  readonly take = (text: string): void => {
    if (this.#texts.has(text) || this.#texts.size >= MOST) return;
    this.#texts.add(text);
    this.#told?.(text);
  };

  list(): readonly string[] {
    return [...this.#texts];
  }
}
