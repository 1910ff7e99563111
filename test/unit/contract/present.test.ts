import { expect, it } from 'vitest';
import { present } from '../../../lib/contract/index.ts';

it('present: undefined fields → left out; null, false and empty ones stay', () => {
  const fields: { a?: number; b: null; c: boolean; d: string; e: undefined } = {
    b: null,
    c: false,
    d: '',
    e: undefined,
  };
  expect(Object.entries(present(fields))).toEqual([
    ['b', null],
    ['c', false],
    ['d', ''],
  ]);
});
