/** A configuration command of a request, a batch or a line of a saved configuration. */
export interface Command {
  /** `add`, `update`, `unset`, `delete`, or the action's name in lower case. */
  readonly operation: string;
  readonly kind: string;
  readonly body: unknown;
  /** `idempotent=yes`: an existing object is set. */
  readonly idempotent?: boolean;
}

/** Result of a command that succeeded, at least in part. */
export interface CommandOutcome {
  /** Additional fields of the answer. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Code of a partial failure, e.g. 1442. */
  readonly partial?: number;
  /** True when an existing object was set (`idempotent=yes`). */
  readonly set?: boolean;
}
