import type { ReplayPlan } from './replay-plan.ts';
import type { ReplayResult } from './replay-run.ts';
import { estimate, FIRST_LOOK_MS, FLAGGED_MS, type Window } from './replay-windows.ts';

/** A replay that `--dry-run` tells, or that begins. */
export interface Foreseen {
  /** The first window; where `more`, others may follow, further back. */
  readonly window: Window;
  readonly more: boolean;
  /** Events of the window, if they came evenly since the archive began. */
  readonly events: number;
}

/**
 * Returns what a replay brings first.
 *
 * @param looked whether the appliances can say what they have seen.
 * @param now milliseconds since the epoch.
 */
export function foresee(plan: ReplayPlan, looked: boolean, now: number): Foreseen {
  const to = plan.to.getTime();
  const reach = looked ? FIRST_LOOK_MS : FLAGGED_MS;
  const from = plan.from?.getTime() ?? Math.max(plan.archive.since, to - reach);
  const window = { from, to };
  return { window, more: plan.from === undefined && looked, events: estimate(window, plan.archive, now) };
}

/** Returns the sentence of `--dry-run`. */
export function dryRunText(plan: ReplayPlan, { window, more, events }: Foreseen): string {
  const to = plan.rules.map(({ appliance, clusters }) => `${appliance} (${clusters.join(', ')})`).join(', ');
  const time = (ms: number): string => new Date(ms).toISOString();
  const further = more ? ', then as far back as the appliances need' : '';
  return `about ${events} events, from ${time(window.from)} to ${time(window.to)}${further}, to ${to}; the archive has ${plan.archive.events} events since ${time(plan.archive.since)}. The number is an estimate: as if they had come evenly.`;
}

/** Returns the first object of `--json`. */
export function planJson(plan: ReplayPlan, { window, more, events }: Foreseen): object {
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
