import { describe, expect, it } from 'vitest';
import { ALL } from '../support/patience.ts';
import { generate } from './generate.ts';
import { run } from './run.ts';

/** Few seeds and short months; `npm run bad-days` runs more. */
const SEEDS = ALL ? 40 : 8;
const DAYS = ALL ? 20 : 5;

const all = Array.from({ length: SEEDS }, (_, index) => 1_000 + index);
const violationsOf = async (seed: number) => (await run(generate(seed, DAYS))).violations.slice(0, 3);

describe('bad days', () => {
  it.each(all)('all invariants hold in the schedule of seed %i', async (seed) => {
    expect(await violationsOf(seed)).toEqual([]);
  });

  it('a seed gives the same run, step by step', async () => {
    const one = await run(generate(7, DAYS));
    const other = await run(generate(7, DAYS));
    expect(other.digest).toBe(one.digest);
    expect(other.counts).toEqual(one.counts);
    const another = await run(generate(8, DAYS));
    expect(another.digest).not.toBe(one.digest);
  });

  it('real TLS clients read the name of the tenant whom the model expects', async () => {
    const { violations, connections } = await run(generate(11, 3, true));
    expect(violations.slice(0, 3)).toEqual([]);
    expect(connections).toBeGreaterThan(20);
  });

  it('a schedule is plain JSON: what is read back gives the same run', async () => {
    const schedule = generate(9, 3);
    const read = JSON.parse(JSON.stringify(schedule)) as typeof schedule;
    expect((await run(read)).digest).toBe((await run(schedule)).digest);
  });
});
