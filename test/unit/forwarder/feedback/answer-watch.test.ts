import { describe, expect, it } from 'vitest';
import { AnswerWatch } from '../../../../lib/forwarder/feedback/answer-watch.ts';
import { memoryLog } from '../../../support/memory-log.ts';
import { ManualClock } from '../support.ts';

const MINUTE = 60_000;

function setUp() {
  const clock = new ManualClock();
  const log = memoryLog();
  return { clock, log, answers: new AnswerWatch(clock, log, 15 * MINUTE) };
}

describe('Answers: a bus that takes everything and delivers nothing', () => {
  it('is said once, with how long it has been', async () => {
    const { clock, log, answers } = setUp();
    answers.expect(100);
    await clock.advance(14 * MINUTE);
    expect(answers.note).toBeUndefined();
    answers.expect(200);
    await clock.advance(2 * MINUTE);
    expect(answers.note).toBe(
      'no appliance has answered for 16 min: check the bus, its rule, the queue and the function',
    );
    expect(answers.waitingMs).toBe(16 * MINUTE);
    await clock.advance(60 * MINUTE);
    expect(log.lines.map(({ level, fields }) => [level, fields.minutes])).toEqual([['warn', 15]]);
  });

  it('is not said where an appliance answered, that snapshot or a later one', async () => {
    const { clock, log, answers } = setUp();
    answers.expect(100);
    answers.answered(101);
    await clock.advance(60 * MINUTE);
    expect([answers.note, answers.waitingMs, log.lines]).toEqual([undefined, 0, []]);
    expect(clock.pending).toBe(0);
  });

  it('is not over by an answer to what was said before', async () => {
    const { clock, answers } = setUp();
    answers.expect(100);
    answers.answered(100);
    await clock.advance(16 * MINUTE);
    expect(answers.note).toBeDefined();
  });

  it('is over when an appliance answers at last, and may begin again', async () => {
    const { clock, log, answers } = setUp();
    answers.expect(100);
    await clock.advance(20 * MINUTE);
    answers.answered(300);
    expect(log.lines.at(-1)).toMatchObject({ level: 'info', fields: { afterMinutes: 20 } });
    expect(answers.note).toBeUndefined();
    answers.expect(400);
    await clock.advance(15 * MINUTE);
    expect(answers.note).toBeDefined();
  });
});
