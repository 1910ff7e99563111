import { describe, expect, it } from 'vitest';
import { CredentialsUnavailable } from '../../../lib/aws/secrets.ts';
import { NitroError, NitroUnreachable } from '../../../lib/nitro/index.ts';
import { canSetAside, isInternalError, NotPublished, oneByOne } from '../../../lib/runtime/isolate.ts';

const bug = new TypeError('x is undefined');
const down = new NitroUnreachable('GET config/nsversion', 'ECONNREFUSED', false);

describe('LIF-8: internal errors', () => {
  it.each([
    ['the appliance does not answer', down, false],
    [
      'the appliance refuses the credentials',
      new NitroError('log in', 354, 401, 'Invalid username or password'),
      false,
    ],
    ['the appliance has no licence', new NitroError('add lbvserver', 356, 599, 'Feature not licensed'), false],
    ['the appliance denies a read', new NitroError('read csvserver', 257, 403, 'Operation not permitted'), false],
    ['the secret is unavailable', Object.create(CredentialsUnavailable.prototype), false],
    ['the bus rejects an event', new NotPublished('cannot publish an outcome: throttled'), false],
    ['a service of AWS refuses', Object.assign(new Error('denied'), { $metadata: {} }), false],
    ['the operating system refuses', Object.assign(new Error('ECONNRESET'), { code: 'ECONNRESET' }), false],
    ['a bug', bug, true],
    ['an error that the code throws', new Error('"a;b" is not a name'), true],
    ['something that is not an Error', 'text', true],
  ])('%s → %s', (_what, error, expected) => {
    expect(isInternalError(error)).toBe(expected);
  });
});

describe('LIF-8: messages one by one', () => {
  const processor = (failing: Readonly<Record<string, unknown>>) => {
    const tried: string[] = [];
    return {
      tried,
      process: async (message: string) => {
        tried.push(message);
        if (message in failing) throw failing[message];
      },
    };
  };

  it('one fails alone → the later ones are processed, and it is unfinished', async () => {
    const { tried, process: each } = processor({ b: bug });
    const { done, faulty, unfinished } = await oneByOne(['a', 'b', 'c'], each);
    expect(tried).toEqual(['a', 'b', 'c']);
    expect([done, faulty, unfinished]).toEqual([['a', 'c'], [{ message: 'b', error: bug }], ['b']]);
  });

  it('the appliance becomes unreachable → nothing more is tried, and the rest is unfinished, in order', async () => {
    const { tried, process: each } = processor({ b: bug, c: down });
    const { done, unfinished, error } = await oneByOne(['a', 'b', 'c', 'd'], each);
    expect(tried).toEqual(['a', 'b', 'c']);
    expect([done, unfinished, error]).toEqual([['a'], ['b', 'c', 'd'], down]);
  });

  it.each([
    ['another message passed', ['a', 'b'], { b: bug }, 3, true],
    ['every message fails: the cause may be elsewhere', ['a', 'b'], { a: bug, b: bug }, 3, false],
    ['every message fails, for the tenth time', ['a', 'b'], { a: bug, b: bug }, 10, true],
    ['the appliance is down', ['a'], { a: down }, 200, false],
  ])('%s, received %s → set aside: %s', async (_what, messages, failing, received, expected) => {
    const result = await oneByOne(messages, processor(failing as Record<string, unknown>).process);
    expect(canSetAside(result, received as number)).toBe(expected);
  });
});
