// The library publishes this type: the file imports nothing.

/** A finding of `nspass lint`, with its object and place. */
export interface LintFinding {
  /** Entry of the catalogue (docs/findings.md): `HostConflict`. */
  readonly code: string;
  /** `error`: a route carries no traffic. `warning`: it does, but something is ignored. */
  readonly severity: 'error' | 'warning';
  /** Empty if the finding is about a file. */
  readonly namespace: string;
  /** Empty if the finding is about a file. */
  readonly name: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units; absent if only the line is known. */
  readonly column?: number;
  /** Line of the character behind the last one; absent for mappings and lists. */
  readonly endLine?: number;
  /** Column of the character behind the last one; absent for mappings and lists. */
  readonly endColumn?: number;
  /** Fault and its reason, with the offending value. */
  readonly message: string;
  /** Next step for the owner of the manifest. */
  readonly remedy: string;
}
