/** One configuration command, as it stands in a request, in a batch or in a line of a saved configuration. */
export interface Command {
  /** `add`, `update`, `unset`, `delete`, or the action's name in lower case. */
  readonly operation: string;
  readonly kind: string;
  readonly body: unknown;
  /** `idempotent=yes`. */
  readonly idempotent?: boolean;
}

/** What a command answers beside success. */
export interface CommandOutcome {
  /** Extra fields of the answer. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Code of a partial failure, e.g. 1442. */
  readonly partial?: number;
  /** It was there already, and was set (`idempotent=yes`). */
  readonly set?: boolean;
}
