import { describe, expect, it } from 'vitest';
import { parseBoolean } from '../../../lib/ingress/boolean.ts';

describe('SEL-1, VAL-12: booleans', () => {
  it.each([
    ['true', true],
    ['True', true],
    ['FALSE', false],
    ['', undefined],
    ['yes', undefined],
    ['true ', undefined],
  ])('%j is %s', (input, value) => {
    expect(parseBoolean(input)).toBe(value);
  });
});
