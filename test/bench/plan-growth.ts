import { diff, goalOf, order } from '../../lib/plan/index.ts';
import { movingScope, PLAN_CONTEXT } from '../support/plan-scope.ts';
import type { Benchmark, Figure } from './figure.ts';

const SIZES = [1_000, 2_000, 4_000, 8_000];

/** One batch's plan, without the appliance: twice the Ingresses should take twice the time. */
export const planGrowth: Benchmark = {
  summary: 'the plan of one batch alone: Ingresses that move to another Service, on one address and on one each',
  async run() {
    // The first one warms up.
    seconds(SIZES[0] as number, 1);
    return SIZES.flatMap((size): Figure[] =>
      (
        [
          ['on one address', 1],
          ['on an address each', size],
        ] as const
      ).map(([where, places]) => ({
        what: `${size.toLocaleString('en')} Ingresses ${where}`,
        measured: `${seconds(size, places).toFixed(2)} s of CPU`,
      })),
    );
  },
};

/** Seconds of CPU: others on the machine count less. */
function seconds(size: number, places: number): number {
  const scope = movingScope(size, places);
  const before = process.cpuUsage();
  const { desired, actual, priorities } = goalOf(PLAN_CONTEXT, scope);
  order(diff(desired, actual, priorities));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000_000;
}
