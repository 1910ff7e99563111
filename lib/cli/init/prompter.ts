/** A line of text that is asked for. */
export interface AskedText {
  readonly message: string;
  readonly example: string;
  /** Proposal, which Enter accepts and which can be edited. */
  readonly initial: string;
  /** Returns why an answer is not accepted. */
  readonly problem: (text: string) => string | undefined;
}

/** One of several answers. */
export interface AskedChoice<Value extends string> {
  readonly message: string;
  readonly options: readonly { readonly value: Value; readonly label: string; readonly hint?: string }[];
  readonly initial: Value;
}

/** Asks a person. Every method throws {@link Cancelled} on Ctrl-C. */
export interface Prompter {
  text(asked: AskedText): Promise<string>;
  choose<Value extends string>(asked: AskedChoice<Value>): Promise<Value>;
  confirm(message: string, initial: boolean): Promise<boolean>;
  /** Shows a remark between questions. */
  note(text: string): void;
}

/** The person pressed Ctrl-C, or answered that nothing shall be written. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}
