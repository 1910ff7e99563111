import { expect, it } from 'vitest';
import { checkFaultRules } from '../../../lib/simulator/fault-rules.ts';

it.each([
  [
    'every type of fault',
    [
      { kind: 'lbvserver', operation: 'add', nth: 3, times: 1, fault: { type: 'error', code: 272 } },
      { method: 'POST', perObjectMs: 2 },
      { fault: { type: 'error', code: 256, status: 503 } },
      { fault: { type: 'status', status: 503 } },
      { fault: { type: 'delay', ms: 50 } },
      { fault: { type: 'reset', when: 'before' } },
      { fault: { type: 'hang', when: 'after' } },
    ],
  ],
  ['no rule', []],
])('%s → accepted', (_name, rules) => {
  expect(checkFaultRules(rules)).toBe(rules);
});

const fault = { type: 'status', status: 503 };

it.each([
  ['no list', { fault }, 'The rules of faults must be a list.'],
  ['no object', [fault, null], 'Rule 1 cannot be used: it has no "fault".'],
  ['null', [null], 'Rule 1 cannot be used: it is not an object.'],
  [
    'a misspelt condition, which would match everything',
    [{ fault }, { kinds: 'server', fault }],
    'Rule 2 cannot be used: "kinds" is not one of kind, method, operation, nth, times, perObjectMs, fault.',
  ],
  [
    'a name that every object has',
    [{ constructor: 1, fault }],
    'Rule 1 cannot be used: "constructor" is not one of kind',
  ],
  ['an empty condition', [{ kind: '', fault }], 'Rule 1 cannot be used: "kind" must be a text.'],
  ['counted from 0', [{ nth: 0, fault }], 'Rule 1 cannot be used: "nth" must be a whole number from 1.'],
  [
    'longer than a timer waits',
    [{ fault: { type: 'delay', ms: 2 ** 31 } }],
    'Rule 1 cannot be used: of "fault", "ms" must be a whole number from 0 to 2147483647.',
  ],
  [
    'an unknown type',
    [{ fault: { type: 'explode' } }],
    'Rule 1 cannot be used: "fault.type" must be one of error, status, delay, reset, hang.',
  ],
  ['a missing field', [{ fault: { type: 'reset' } }], 'Rule 1 cannot be used: of "fault", "when" is missing.'],
  [
    'a field of another type',
    [{ fault: { type: 'reset', when: 'before', code: 1 } }],
    'Rule 1 cannot be used: of "fault", "code" is not one of when.',
  ],
  [
    'no HTTP status',
    [{ fault: { type: 'status', status: 99 } }],
    'Rule 1 cannot be used: of "fault", "status" must be a whole number from 200 to 599.',
  ],
])('%s → refused, and said why', (_name, rules, message) => {
  expect(() => checkFaultRules(rules)).toThrow(message);
});
