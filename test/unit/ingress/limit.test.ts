import { describe, expect, it } from 'vitest';
import { finding } from '../../../lib/ingress/finding.ts';
import { limitFindings } from '../../../lib/ingress/limit.ts';

const warning = (message: string) => finding('NoEndpoints', { message });
const error = (message: string) => finding('HostInvalid', { message });
const messages = (...given: Parameters<typeof limitFindings>): string[] =>
  limitFindings(...given).map(({ message }) => message);

describe('REP-3: findings fit the event that carries them', () => {
  it('keeps all findings below the limit', () => {
    expect(messages([warning('a'), error('b'), warning('c')], 3)).toEqual(['a', 'b', 'c']);
  });

  it('prefers errors, keeps the order and counts the omitted findings', () => {
    const given = [warning('a'), error('b'), warning('c'), error('d'), warning('e')];
    expect(messages(given, 4)).toEqual(['a', 'b', 'd', '2 more findings are not listed, 0 of them errors']);
    expect(messages(given, 2)).toEqual(['b', '4 more findings are not listed, 1 of them errors']);
  });
});
