import { describe, expect, it } from 'vitest';
import { archiveArn, nameOf, ruleArn } from '../../../lib/local-aws/arn.ts';
import { targetProblem } from '../../../lib/local-aws/event-bus.ts';
import { FaultInjector, NO_FAULTS } from '../../../lib/local-aws/fault-injector.ts';
import { seededRandom, shuffled } from '../../../lib/local-aws/random.ts';

const draw = (injector: FaultInjector, times: number) => Array.from({ length: times }, () => injector.deliveries());

describe('FaultInjector', () => {
  it('delivers once, at once, where no faults are wanted', () => {
    expect(
      draw(new FaultInjector(NO_FAULTS, seededRandom(1)), 100).every(
        ([delay, ...more]) => delay === 0 && more.length === 0,
      ),
    ).toBe(true);
  });

  it('holds events for a time below the longest', () => {
    const delays = draw(
      new FaultInjector({ unordered: true, duplicates: 0, maxDelayMs: 20 }, seededRandom(1)),
      500,
    ).flat();
    expect(new Set(delays)).toEqual(new Set(Array.from({ length: 20 }, (_, ms) => ms)));
  });

  it('delivers about as many twice as it is told', () => {
    const twice = draw(new FaultInjector({ ...NO_FAULTS, duplicates: 0.3 }, seededRandom(1)), 1000).filter(
      ({ length }) => length === 2,
    );
    expect(twice.length).toBeGreaterThan(250);
    expect(twice.length).toBeLessThan(350);
  });

  it('does the same for the same seed', () => {
    const faults = { unordered: true, duplicates: 0.5, maxDelayMs: 50 };
    const [a, b, c] = [7, 7, 8].map((seed) => draw(new FaultInjector(faults, seededRandom(seed)), 50));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });
});

describe('shuffled', () => {
  it('has the same items, the original untouched', () => {
    const items = Array.from({ length: 50 }, (_, index) => index);
    const mixed = shuffled(items, seededRandom(3));
    expect(mixed).not.toEqual(items);
    expect(mixed.toSorted((a, b) => a - b)).toEqual(items);
    expect(items[0]).toBe(0);
  });
});

describe('ARNs', () => {
  const scope = { account: '1', region: 'r' };
  it.each([
    [ruleArn(scope, 'nspass', 'work_alpha'), 'work_alpha'],
    [ruleArn(scope, 'default', 'x'), 'x'],
    [archiveArn(scope, 'nspass'), 'nspass'],
    ['arn:aws:sqs:r:1:alpha.fifo', 'alpha.fifo'],
    ['nspass', 'nspass'],
  ])('%s names %s', (arn, name) => {
    expect(nameOf(arn)).toBe(name);
  });
});

describe('targetProblem', () => {
  const Arn = 'arn:aws:sqs:eu-central-1:000000000000:alpha.fifo';
  const SqsParameters = { MessageGroupId: 'alpha' };
  it.each([
    ['a FIFO queue with a group', { Id: '1', Arn, SqsParameters }, undefined],
    ['a standard queue', { Id: '1', Arn: Arn.replace('.fifo', '') }, undefined],
    ['a FIFO queue without a group', { Id: '1', Arn }, 'SqsParameters must be specified'],
    ['a group by path', { Id: '1', Arn, SqsParameters: { MessageGroupId: '$.detail.key' } }, 'only a constant'],
    ['a function', { Id: '1', Arn: 'arn:aws:lambda:eu-central-1:0:function:f' }, 'only SQS queues'],
    ['a transformed input', { Id: '1', Arn, SqsParameters, InputPath: '$.detail' }, 'InputPath is not supported'],
    ['a FIFO dead-letter queue', { Id: '1', Arn, SqsParameters, DeadLetterConfig: { Arn } }, 'is a standard queue'],
    ['no id', { Id: '', Arn }, 'has an Id and an Arn'],
  ])('%s', (_name, target, problem) => {
    const found = targetProblem(target);
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(problem);
  });
});
