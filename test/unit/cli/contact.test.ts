import { describe, expect, it } from 'vitest';
import { ApplianceUnreachable, contact } from '../../../lib/cli/contact.ts';
import { type HttpAnswer, NitroError, NitroUnreachable } from '../../../lib/nitro/index.ts';

/** A clock that a test turns: what is due comes in its order. */
function world() {
  const lines: string[] = [];
  const due: { at: number; action: () => void }[] = [];
  let now = 5_000;
  const told = contact({
    say: (line) => void lines.push(line),
    now: () => now,
    after: (ms, action) => {
      const entry = { at: now + ms, action };
      due.push(entry);
      return () => void due.splice(due.indexOf(entry), due.includes(entry) ? 1 : 0);
    },
  });
  const pass = (ms: number): void => {
    const end = now + ms;
    for (;;) {
      const [next] = due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      due.splice(due.indexOf(next), 1);
      now = next.at;
      next.action();
    }
    now = end;
  };
  return { lines, due, told, pass };
}

const ENDPOINT = 'https://192.0.2.1:443';
const call = { method: 'GET', path: 'config/nsversion?view=summary' } as const;
const answer: HttpAnswer = { status: 200, headers: {}, body: {} };

describe('an appliance that is slow or silent', () => {
  it('a request without an answer: told after 3 s, then every 10 s, and no more once it came', async () => {
    const { lines, due, told, pass } = world();
    const answered = Promise.withResolvers<HttpAnswer>();
    const asking = told.wrap(() => answered.promise, ENDPOINT)(call);
    pass(2_900);
    expect(lines).toEqual([]);
    pass(11_000);
    expect(lines).toEqual([
      `waiting for ${ENDPOINT} to answer GET config/nsversion: 3.0 s so far`,
      `waiting for ${ENDPOINT} to answer GET config/nsversion: 13 s so far`,
    ]);
    answered.resolve(answer);
    expect(await asking).toBe(answer);
    expect(due).toEqual([]);
  });

  it('an answer at once: not a word', async () => {
    const { lines, due, told, pass } = world();
    await told.wrap(async () => answer, ENDPOINT)(call);
    pass(60_000);
    expect([lines, due]).toEqual([[], []]);
  });

  it('a repeat says which attempt failed, why, and when the next one begins', () => {
    const { lines, told } = world();
    const error = new NitroUnreachable(`GET x at ${ENDPOINT}`, 'refused', false, 'Check it.');
    told.onRetry({ attempt: 1, attempts: 6, waitMs: 180, error });
    expect(lines).toEqual([`attempt 1 of 6 failed, retrying in 0.2 s: GET x at ${ENDPOINT}: refused`]);
  });

  it('given up: the error says how long was really waited, and how often', () => {
    const { told, pass } = world();
    const error = new NitroUnreachable(`GET x at ${ENDPOINT}`, 'no answer within 20 s.', true);
    told.onRetry({ attempt: 1, attempts: 6, waitMs: 180, error });
    told.onRetry({ attempt: 2, attempts: 6, waitMs: 300, error });
    pass(60_200);
    const told3 = told.gaveUp(error);
    expect(told3).toBeInstanceOf(ApplianceUnreachable);
    expect((told3 as Error).message).toBe(
      `GET x at ${ENDPOINT}: no answer within 20 s. Gave up after 60 s and 3 attempts.`,
    );
  });

  it('an error of another kind stays as it is', () => {
    const { told } = world();
    const error = new NitroError('edge: log in', 354, 401, 'Invalid username or password');
    expect(told.gaveUp(error)).toBe(error);
  });
});
