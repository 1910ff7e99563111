import type { Findings } from './results.ts';

/** One part of the report. */
export interface Part {
  readonly name: string;
  readonly summary: string;
  /** @param folder for files of this part; the caller removes it. @throws what could not be measured. */
  measure(folder: string): Promise<Findings>;
}

/** A part that fails midway: what it measured is kept. */
export class PartlyMeasured extends Error {
  readonly findings: Findings;

  constructor(findings: Findings, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'PartlyMeasured';
    this.findings = findings;
  }
}
