import type { Finding } from '../../contract/index.ts';
import { finding } from '../../ingress/index.ts';
import type { Log } from '../../telemetry/index.ts';
import type { IngressEvent, Reporter } from '../ports.ts';
import { refOf } from '../state/ingress-ref.ts';
import type { FindingsLog } from './findings-log.ts';
import { findingEvent, resolvedEvent } from './outcomes.ts';

/** The stage whose findings every view of the manifests shows by itself. */
export const SELECTION = 'selection';

/** Reports what the stages of the forwarder find about an Ingress as Kubernetes Events, each finding once (REP-2). */
export class StageFindings {
  readonly #findings: FindingsLog;
  readonly #reporter: Reporter;
  readonly #log: Log;

  constructor(findings: FindingsLog, reporter: Reporter, log: Log) {
    this.#findings = findings;
    this.#reporter = reporter;
    this.#log = log;
  }

  /**
   * Replaces the findings of a stage.
   *
   * @returns whether any of them is new.
   */
  report(name: string, stage: string, findings: readonly Finding[]): boolean {
    const { news, cleared } = this.#findings.replace(name, stage, findings);
    for (const found of news) {
      this.#send(name, findingEvent(found));
      if (stage !== SELECTION) this.#reporter.finding?.(refOf(name), found);
    }
    if (cleared.length > 0) this.#send(name, resolvedEvent(cleared));
    return news.length > 0;
  }

  /** @param reason why no event can carry the Ingress; undefined where one can. */
  reportFit(name: string, reason: string | undefined): void {
    const message = `${name} cannot be sent: ${reason}`;
    const findings = reason === undefined ? [] : [finding('IngressTooLarge', { message })];
    if (this.report(name, 'publishing', findings)) {
      this.#log.error('an Ingress cannot be published; its last published state stays in force', {
        ingress: name,
        reason,
      });
    }
  }

  #send(name: string, event: IngressEvent): void {
    Promise.resolve()
      .then(() => this.#reporter.event(refOf(name), event))
      .catch((error: Error) => this.#log.warn('cannot report an event on an Ingress', { error }));
  }
}
