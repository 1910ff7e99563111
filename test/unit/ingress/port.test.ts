import { describe, expect, it } from 'vitest';
import { parsePort } from '../../../lib/ingress/port.ts';

describe('VAL-10: ports', () => {
  it.each([
    ['1', 1],
    ['65535', 65_535],
    ['00443', 443],
    ['0', undefined],
    ['65536', undefined],
    ['', undefined],
    [' 443', undefined],
    ['4_43', undefined],
    ['٤٤٣', undefined],
    ['Infinity', undefined],
  ])('%j is %s', (input, port) => {
    expect(parsePort(input)).toBe(port);
  });
});
