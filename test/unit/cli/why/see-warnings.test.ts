import { describe, expect, it } from 'vitest';
import { newestWarning } from '../../../../lib/cli/why/see-warnings.ts';

const ours = { reportingController: 'netscaler-passthrough/forwarder' };
const early = { ...ours, eventTime: '2026-01-01T00:00:00.000000Z' };
const late = { ...ours, eventTime: '2026-01-02T00:00:00.000000Z' };

describe('the newest warning on an Ingress', () => {
  it.each([
    ['none', [], undefined],
    [
      'of several, the newest',
      [
        { ...early, type: 'Warning', note: 'a' },
        { ...late, type: 'Warning', note: 'b' },
      ],
      'b',
    ],
    [
      'ended by a success',
      [
        { ...late, type: 'Normal', note: 'ok' },
        { ...early, type: 'Warning', note: 'a' },
      ],
      undefined,
    ],
    [
      'of another controller',
      [{ ...late, type: 'Warning', note: 'theirs', reportingController: 'cert-manager' }],
      undefined,
    ],
    ['with characters that a terminal obeys', [{ ...late, type: 'Warning', note: 'a\u001b[2Jb\nc' }], 'a [2Jb c'],
  ])('%s', (_what, items, expected) => {
    expect(newestWarning(items)).toBe(expected);
  });
});
