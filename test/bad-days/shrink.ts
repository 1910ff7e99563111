import { run } from './run.ts';
import type { Schedule, Step } from './schedule.ts';

/** What remains of a schedule. */
export interface Shrunk {
  readonly schedule: Schedule;
  /** The id of the invariant that still fails. */
  readonly invariant: string;
  /** Runs that it took. */
  readonly runs: number;
}

/**
 * Removes steps from a failing schedule while the same invariant still fails first: halves, then quarters, down to single
 * steps (delta debugging, Zeller and Hildebrandt), until none can be removed.
 *
 * @param tell called with each smaller schedule.
 * @returns undefined where the schedule does not fail.
 */
export async function shrink(
  schedule: Schedule,
  tell: (steps: number) => void = () => {},
): Promise<Shrunk | undefined> {
  const first = (await run(schedule)).violations[0];
  if (first === undefined) return undefined;
  let runs = 1;
  const fails = async (steps: readonly Step[]): Promise<boolean> => {
    runs += 1;
    const { violations } = await run({ ...schedule, steps });
    return violations[0]?.id === first.id;
  };
  let steps = schedule.steps;
  for (let parts = 2; steps.length > 0; ) {
    const size = Math.ceil(steps.length / parts);
    const rest = await withoutOnePart(steps, size, fails);
    if (rest !== undefined) {
      steps = rest;
      parts = Math.max(2, parts - 1);
      tell(steps.length);
    } else if (size === 1) break;
    else parts = Math.min(steps.length, parts * 2);
  }
  return { schedule: { ...schedule, steps }, invariant: first.id, runs };
}

/** From the end: what comes after the failure goes first. */
async function withoutOnePart(
  steps: readonly Step[],
  size: number,
  fails: (steps: readonly Step[]) => Promise<boolean>,
): Promise<readonly Step[] | undefined> {
  for (let end = steps.length; end > 0; end -= size) {
    const rest = [...steps.slice(0, Math.max(0, end - size)), ...steps.slice(end)];
    if (rest.length < steps.length && (await fails(rest))) return rest;
  }
  return undefined;
}
