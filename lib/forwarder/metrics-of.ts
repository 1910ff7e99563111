import type { AnswerWatch } from './feedback/answer-watch.ts';
import { type Feedback, NO_OUTCOME_COUNTS } from './feedback/feedback.ts';
import type { ForwarderMetrics } from './interface.ts';
import { NO_COUNTS, type PublishLoop } from './publish/publish-loop.ts';
import type { SnapshotFlags } from './publish/snapshot-flags.ts';
import type { Intake } from './state/intake.ts';

/** The parts of a forwarder that its metrics and notes come from. */
export interface MeasuredParts {
  readonly store: { readonly ingressCount: number };
  readonly published: { readonly size: number };
  /** Changed Ingresses that wait in their window or to be published. */
  readonly waiting: number;
  readonly problems: { readonly size: number };
  readonly visibility: { readonly synced: boolean; readonly complete: boolean };
  readonly intake: Pick<Intake, 'held'>;
  readonly flags: Pick<SnapshotFlags, 'refusals'>;
  readonly answers: Pick<AnswerWatch, 'waitingMs' | 'note'>;
  /** Absent before the start. */
  readonly loop?: Pick<PublishLoop, 'counts' | 'failures'>;
  readonly feedback?: Pick<Feedback, 'counts'>;
}

export function metricsOf(parts: MeasuredParts): ForwarderMetrics {
  const { store, published, waiting, problems, visibility, intake, answers, loop, feedback } = parts;
  return {
    ingresses: store.ingressCount,
    announced: published.size,
    waiting,
    ...(loop?.counts ?? NO_COUNTS),
    failures: loop?.failures ?? 0,
    problems: problems.size,
    synced: visibility.synced,
    complete: visibility.complete,
    held: intake.held,
    ...(feedback?.counts ?? NO_OUTCOME_COUNTS),
    unansweredMs: answers.waitingMs,
  };
}

/** Returns what an operator should know and need not act on at once. */
export function notesOf({ intake: { held }, flags, answers }: MeasuredParts): string[] {
  return [
    ...(held === 0 ? [] : [`members: those of ${held} Ingresses are held, because a list lacks them`]),
    ...flags.refusals.map(([appliance, reason]) => `snapshots: ${appliance} refuses them: ${reason}`),
    ...(answers.note === undefined ? [] : [`snapshots: ${answers.note}`]),
  ];
}
