/** A parser under test, with what must hold for every input. */
export interface FuzzTarget {
  /** Also the name of the folder of its corpus. */
  readonly name: string;
  /** The parser, as `path#function`. */
  readonly parser: string;
  /** Longest input in bytes. Default: 4096. */
  readonly maxBytes?: number;
  /** Whether an input takes milliseconds: it gets fewer of them. */
  readonly slow?: boolean;
  /** Pieces of the language that mutations insert. */
  readonly tokens: readonly string[];
  /**
   * Parses one input, and checks what must hold.
   *
   * @returns a word for what came of it, such as the kind of a refusal: an input with a new one is mutated further.
   * @throws anything: then the parser is wrong. It catches itself what the parser documents.
   */
  run(input: Buffer): string | Promise<string>;
}

/** What does not hold for an input. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** @throws {Violation} where the condition does not hold. */
export function hold(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Violation(what);
}

/** @throws {Violation} where two values differ as JSON. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Violation(`${what}: ${cut(a)} and ${cut(b)} differ`);
}

const cut = (text: string | undefined): string => (text ?? 'undefined').slice(0, 300);

/** Returns the order of magnitude of a count, so that there are few. */
export const about = (count: number): number => Math.floor(Math.log2(count + 1));

/** Returns a message without what an input brings into it, so that there are few. */
export function kindOfMessage(message: string): string {
  return message
    .replace(/"[^"]*"|'[^']*'/g, 'Q')
    .replace(/\d+/g, '0')
    .replace(/[^\x20-\x7e]/g, '')
    .slice(0, 40);
}
