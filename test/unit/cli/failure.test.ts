import { describe, expect, it } from 'vitest';
import { failureText } from '../../../lib/cli/failure.ts';

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });
const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { errno: -111, code: 'ECONNREFUSED' });

describe('an error that ends a command', () => {
  it.each<[string, unknown, string]>([
    ['nobody listens', refused, 'connect ECONNREFUSED 127.0.0.1:9'],
    ['nobody listens on any address', new AggregateError([refused], ''), 'connect ECONNREFUSED 127.0.0.1:9'],
    ['refused by the service', named('ResourceNotFoundException', 'There is no bus x.'), 'There is no bus x.'],
    ['refused without a word', named('UnknownError', ''), 'UnknownError'],
    ['no error at all', 'text', 'text'],
  ])('%s: one sentence', (_, error, text) => {
    expect(failureText(error)).toBe(text);
  });

  it.each([new Error('broken'), new TypeError('x is not a function')])(
    'a fault of the program: a sentence that asks to report it, and how to get the stack',
    (fault) => {
      expect(failureText(fault)).toBe(
        `unexpected error: ${fault.name}: ${fault.message}. This is a bug of nspass: please report it, with the stack trace that --debug or NSPASS_DEBUG=1 adds.`,
      );
    },
  );

  it('--debug: the stack, and that of the cause', () => {
    const text = failureText(new Error('broken', { cause: new TypeError('because') }), true);
    expect(text).toMatch(
      /^unexpected error: Error: broken[^\n]*\nError: broken\n {4}at [\s\S]*\ncaused by: TypeError: because\n {4}at /,
    );
  });
});
