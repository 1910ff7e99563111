import { describe, expect, it } from 'vitest';
import { CredentialsUnavailable } from '../../../lib/aws/secrets.ts';
import { NitroError, NitroUnreachable } from '../../../lib/nitro/index.ts';
import { isOwnFault, mayBeSetAside, NotPublished, oneByOne } from '../../../lib/runtime/isolate.ts';

const bug = new TypeError('x is undefined');
const down = new NitroUnreachable('GET config/nsversion', 'ECONNREFUSED', false);

describe('LIF-8: whether an error is a fault of the system’s own', () => {
  it.each([
    ['the appliance does not answer', down, false],
    [
      'the appliance refuses the credentials',
      new NitroError('log in', 354, 401, 'Invalid username or password'),
      false,
    ],
    ['the appliance has no licence', new NitroError('add lbvserver', 356, 599, 'Feature not licensed'), false],
    ['the appliance denies a read', new NitroError('read csvserver', 257, 403, 'Operation not permitted'), false],
    ['the secret is not to be had', Object.create(CredentialsUnavailable.prototype), false],
    ['the bus takes no event', new NotPublished('cannot publish an outcome: throttled'), false],
    ['a service of AWS refuses', Object.assign(new Error('denied'), { $metadata: {} }), false],
    ['the operating system refuses', Object.assign(new Error('ECONNRESET'), { code: 'ECONNRESET' }), false],
    ['a bug', bug, true],
    ['an error that the code throws', new Error('"a;b" is not a name'), true],
    ['something that is no Error', 'text', true],
  ])('%s → %s', (_what, error, expected) => {
    expect(isOwnFault(error)).toBe(expected);
  });
});

describe('LIF-8: messages one by one', () => {
  const deal = (failing: Readonly<Record<string, unknown>>) => {
    const tried: string[] = [];
    return {
      tried,
      deal: async (message: string) => {
        tried.push(message);
        if (message in failing) throw failing[message];
      },
    };
  };

  it('one fails alone → those behind it go on, and it is left', async () => {
    const { tried, deal: each } = deal({ b: bug });
    const { done, faulty, left } = await oneByOne(['a', 'b', 'c'], each);
    expect(tried).toEqual(['a', 'b', 'c']);
    expect([done, faulty, left]).toEqual([['a', 'c'], [{ message: 'b', error: bug }], ['b']]);
  });

  it('the appliance goes away → nothing more is tried, and all that was not dealt with is left in order', async () => {
    const { tried, deal: each } = deal({ b: bug, c: down });
    const { done, left, error } = await oneByOne(['a', 'b', 'c', 'd'], each);
    expect(tried).toEqual(['a', 'b', 'c']);
    expect([done, left, error]).toEqual([['a'], ['b', 'c', 'd'], down]);
  });

  it.each([
    ['another message passed', ['a', 'b'], { b: bug }, 3, true],
    ['every message fails: it may be the system', ['a', 'b'], { a: bug, b: bug }, 3, false],
    ['every message fails, for the tenth time', ['a', 'b'], { a: bug, b: bug }, 10, true],
    ['the appliance is down', ['a'], { a: down }, 200, false],
  ])('%s, received %s → set aside: %s', async (_what, messages, failing, received, expected) => {
    const outcome = await oneByOne(messages, deal(failing as Record<string, unknown>).deal);
    expect(mayBeSetAside(outcome, received as number)).toBe(expected);
  });
});
