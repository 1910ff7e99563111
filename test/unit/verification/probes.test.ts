import { describe, expect, it } from 'vitest';
import { AppliancesConfig } from '../../../lib/config/appliances.ts';
import { cutInto } from '../../../lib/verification/hello.ts';
import { isMarked, isOwnName, MARK, own, ownMap } from '../../../lib/verification/names.ts';
import { PROBES } from '../../../lib/verification/plan.ts';
import { ruleOfLength } from '../../../lib/verification/probes/names-and-rules.ts';
import { EVERYTHING } from '../../support/verification.ts';

describe('objects of the probe', () => {
  const objects = PROBES.flatMap((probe) => probe.objects(EVERYTHING));

  it('no two have one name, so that no probe disturbs another', () => {
    const names = objects.map(({ type, name }) => `${type} ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(objects.map(({ name }) => name))('%s is a name that only the probe gives', (name) => {
    expect(isOwnName(name)).toBe(true);
    expect(name.length).toBeLessThanOrEqual(127);
  });

  it('no deployment can have its name as a systemId', () => {
    const withId = (systemId: string) => ({
      appliances: [
        {
          name: 'edge',
          clusters: ['a'],
          endpoints: ['https://192.0.2.5'],
          credentials: { environment: 'EDGE' },
          systemId,
        },
      ],
    });
    expect(AppliancesConfig.safeParse(withId('nsp')).success).toBe(true);
    expect(AppliancesConfig.safeParse(withId(own('').slice(0, -1))).success).toBe(false);
  });

  it.each([
    ['nspassverify-a', true],
    ['nspassverify_a', true],
    ['nspassverify', false],
    ['nspassverifyother', false],
    ['nsp-nspassverify-a', false],
    ['NSPASSVERIFY-a', false],
  ])('%s is an own name: %s', (name, expected) => {
    expect(isOwnName(name)).toBe(expected);
  });

  it.each([
    [MARK, true],
    [`${MARK};x=more`, true],
    ['nsp1;s=nsp', false],
    [`${MARK}x`, false],
    ['', false],
    [undefined, false],
  ])('the comment %s is its mark: %s', (comment, expected) => {
    expect(isMarked(comment)).toBe(expected);
  });

  it('names of maps are identifiers', () => {
    expect(ownMap('a')).toMatch(/^[A-Za-z_]\w*$/);
  });
});

describe('a rule of a given length', () => {
  it.each([400, 800, 1_000, 1_499])('%i characters: exactly so many, and no literal of more than 255', (length) => {
    const rule = ruleOfLength(length);
    expect(rule).toHaveLength(length);
    for (const [, literal] of rule.matchAll(/"([^"]*)"/g)) expect(literal?.length).toBeLessThanOrEqual(255);
  });
});

describe('bytes cut into parts', () => {
  it.each([1, 2, 3, 7])('%i parts: the same bytes', (count) => {
    const bytes = Buffer.from('0123456789');
    expect(Buffer.concat(cutInto(bytes, count))).toEqual(bytes);
    expect(cutInto(bytes, count)).toHaveLength(count);
  });
});
