import { describe, expect, it } from 'vitest';
import { breaks, minimise, runCampaign } from './campaign.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import { type FuzzTarget, hold, same, Violation } from './target.ts';

const target = (run: FuzzTarget['run']): FuzzTarget => ({ name: 'test', parser: 'none', tokens: ['ab', '{'], run });
const KEPT = [Buffer.from('hello'), Buffer.from('{"a":1}')];

/** Returns all inputs that a campaign makes. */
async function inputsOf(seed: number, inputs = 300): Promise<string[]> {
  const seen: string[] = [];
  const all = target((input) => {
    seen.push(input.toString('latin1'));
    return String(input.length % 5);
  });
  await runCampaign(all, { seed, inputs, kept: KEPT });
  return seen;
}

describe('a campaign', () => {
  it('begins with the kept inputs, and makes as many as asked', async () => {
    const seen = await inputsOf(1);
    expect(seen.slice(0, 2)).toEqual(['hello', '{"a":1}']);
    expect(seen).toHaveLength(300);
  });

  it('a seed → the same inputs; another seed → others', async () => {
    expect(await inputsOf(7)).toEqual(await inputsOf(7));
    expect(await inputsOf(8)).not.toEqual(await inputsOf(7));
  });

  it('stops at the first input that breaks the target, and says which and why', async () => {
    const fragile = target((input) => {
      hold(!input.includes('ab'), 'it has ab');
      return '';
    });
    const { crash, inputs } = await runCampaign(fragile, { seed: 1, inputs: 10_000, kept: KEPT });
    expect(crash?.reason).toContain('Violation: it has ab');
    expect(crash?.input.includes('ab')).toBe(true);
    expect(inputs).toBeLessThan(10_000);
  });

  it('waits for a target that answers later', async () => {
    const later = target(async (input) => {
      if (input.length > 3) throw new TypeError('too long');
      return '';
    });
    expect((await runCampaign(later, { seed: 1, inputs: 5, kept: KEPT })).crash?.reason).toContain('too long');
  });

  it('an input that changes the prototype of all objects breaks its target', async () => {
    const polluting = target(() => {
      (Object.prototype as Record<string, unknown>).polluted = true;
      return '';
    });
    expect(await breaks(polluting, Buffer.alloc(0))).toContain('polluted');
    const { crash } = await runCampaign(polluting, { seed: 1, inputs: 1_000, kept: KEPT });
    expect(crash?.reason).toContain('polluted');
    expect('polluted' in {}).toBe(false);
  });
});

it('a broken input is made smaller until it would break nothing', async () => {
  const fragile = target((input) => {
    const text = input.toString('latin1');
    hold(!(text.includes('(') && text.indexOf(')') > text.indexOf('(')), 'a pair');
    return '';
  });
  const small = await minimise(fragile, Buffer.from(`${'x'.repeat(100)}(${'y'.repeat(50)})${'z'.repeat(70)}`));
  expect(small.toString()).toBe('()');
});

it('mutations differ from their input, and are not longer than allowed', () => {
  const random = new Random(3);
  const input = Buffer.from('{"a":[1,2,3]}');
  const made = Array.from({ length: 2_000 }, () => mutate(input, random, { tokens: ['x'.repeat(50)], pool: KEPT }, 60));
  expect(Math.max(...made.map(({ length }) => length))).toBe(60);
  expect(made.filter((each) => !each.equals(input)).length).toBeGreaterThan(1_900);
  expect(new Set(made.map((each) => each.toString('latin1'))).size).toBeGreaterThan(1_500);
});

it('an oracle says what differs', () => {
  expect(() => same({ a: 1 }, { a: 1 }, 'x')).not.toThrow();
  expect(() => same({ a: 1 }, { a: 2 }, 'printed')).toThrow(new Violation('printed: {"a":1} and {"a":2} differ'));
});
