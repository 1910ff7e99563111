import type { ReplayPlan } from './replay-plan.ts';
import type { ReplayResult } from './replay-run.ts';
import { estimate, FIRST_WINDOW_MS, FLAGGED_MS, type Window } from './replay-windows.ts';

/** Preview of a replay. */
export interface ReplayPreview {
  /** The first window. */
  readonly window: Window;
  /** Whether older windows may follow. */
  readonly more: boolean;
  /** Estimated events of the window, at an even rate since the archive began. */
  readonly events: number;
}

/**
 * Returns the preview of a replay.
 *
 * @param audited whether the appliances are audited after each window.
 * @param now milliseconds since the epoch.
 */
export function previewReplay(plan: ReplayPlan, audited: boolean, now: number): ReplayPreview {
  const to = plan.to.getTime();
  const reach = audited ? FIRST_WINDOW_MS : FLAGGED_MS;
  const from = plan.from?.getTime() ?? Math.max(plan.archive.since, to - reach);
  const window = { from, to };
  return { window, more: plan.from === undefined && audited, events: estimate(window, plan.archive, now) };
}

/** Returns the sentence of `--dry-run`. */
export function dryRunText(plan: ReplayPlan, { window, more, events }: ReplayPreview): string {
  const to = plan.rules.map(({ appliance, clusters }) => `${appliance} (${clusters.join(', ')})`).join(', ');
  const time = (ms: number): string => new Date(ms).toISOString();
  const further = more ? ', then further back as far as the appliances need' : '';
  return `would replay about ${events} events, from ${time(window.from)} to ${time(window.to)}${further}, to ${to}; the archive holds ${plan.archive.events} events since ${time(plan.archive.since)}. The estimate assumes an even rate.`;
}

/** Returns the first object of `--json`. */
export function planJson(plan: ReplayPlan, { window, more, events }: ReplayPreview): object {
  return {
    type: 'plan',
    from: new Date(window.from).toISOString(),
    to: new Date(window.to).toISOString(),
    more,
    estimatedEvents: events,
    archive: { events: plan.archive.events, since: new Date(plan.archive.since).toISOString() },
    appliances: plan.rules.map(({ appliance, clusters }) => ({ appliance, clusters })),
  };
}

/** Returns the last object of `--json`. */
export function resultJson({ end, complaints, parked }: ReplayResult, status: number): object {
  return { type: 'result', end, complaints, parked, status };
}
