import type { Log } from '../../telemetry/index.ts';
import type { Reporter } from '../ports.ts';
import type { SourceProblem } from '../source/source.ts';

/** Reports each problem of the source once, for as long as it lasts. */
export class ProblemReports {
  readonly #reporter: Reporter;
  readonly #log: Log;
  #known: ReadonlySet<string> = new Set();

  constructor(reporter: Reporter, log: Log) {
    this.#reporter = reporter;
    this.#log = log;
  }

  /** Problems at this moment. */
  get size(): number {
    return this.#known.size;
  }

  replace(problems: readonly SourceProblem[]): void {
    for (const problem of problems) {
      if (this.#known.has(idOf(problem))) continue;
      this.#log.warn('the source has a problem', { ...problem });
      this.#reporter.problem?.(problem);
    }
    this.#known = new Set(problems.map(idOf));
  }
}

const idOf = ({ file, line, message }: SourceProblem): string => `${file}:${line}: ${message}`;
