/** Describes one finding code: the text of its section in `docs/findings.md`. */
export interface CatalogueEntry {
  readonly severity: 'error' | 'warning';
  readonly title: string;
  /** Ids of the rules behind the finding. `docs/architecture.md` says where each rule is kept. */
  readonly rules: readonly string[];
  /** The reason for the rule, and the effect on the host. */
  readonly why: string;
  /** The remedy of findings that do not bring a more exact one. */
  readonly remedy: string;
}
