import type { Fact } from './fact.ts';

const code = (statement: string, expected: number, otherwise: string) =>
  ({ statement, values: 'code', expected, otherwise, usedIn: 'lib/nitro/errors.ts' }) as const;

/** Error codes that decide what the product does next. */
export const CODE_FACTS = {
  'code-exists': code(
    'The error code of adding an object that exists.',
    273,
    'An interrupted change is reported as failed instead of completed.',
  ),
  'code-gone': code(
    'The error code of an object that does not exist.',
    258,
    'The removal of an object that is gone already is reported as failed.',
  ),
  'code-referenced': code(
    'The error code of removing a server that an SSL action forwards to.',
    1598,
    'Such a removal is not tried again within the batch.',
  ),
  'code-bound': code(
    'The error code of removing an SSL policy that is bound.',
    810,
    'Such a removal is not tried again within the batch.',
  ),
  'code-priority-taken': code(
    'The error code of binding an SSL policy at the priority of another.',
    3041,
    'No other priority is chosen: the change is reported as failed.',
  ),
} as const satisfies Readonly<Record<string, Fact>>;
