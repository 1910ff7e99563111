import { expect, it } from 'vitest';
import { ALL } from '../support/patience.ts';
import { breaks, runCampaign } from './campaign.ts';
import { corpusFolders, corpusOf } from './corpus.ts';
import { TARGETS } from './targets/index.ts';

/** Seed of the mutations that every run tries; `npm run fuzz -- --seed S` tries others. */
const SEED = 1;

it('every target has a corpus of its own, and every corpus a target', () => {
  expect(corpusFolders()).toEqual(TARGETS.map(({ name }) => name).sort());
});

it.each(TARGETS.map((target) => [target.name, target] as const))(
  '%s holds for all kept inputs',
  async (name, target) => {
    const broken = [];
    for (const { file, input } of corpusOf(name)) {
      const reason = await breaks(target, input);
      if (reason !== undefined) broken.push({ file, reason });
    }
    expect(broken).toEqual([]);
  },
);

it.each(TARGETS.map((target) => [target.name, target] as const))(
  '%s holds for mutations of them',
  async (name, target) => {
    const kept = corpusOf(name).map(({ input }) => input);
    const inputs = kept.length + (target.slow === true ? 100 : 1_000) * (ALL ? 10 : 1);
    const { crash } = await runCampaign(target, { seed: SEED, inputs, kept });
    expect(crash && { reason: crash.reason, input: crash.input.toString('latin1') }).toBeUndefined();
  },
);
