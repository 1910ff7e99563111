import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summaryOf } from '../../../lib/traffic/summary.ts';

const figure = fc.nat(1_000_000);
const backend = fc.record({
  object: fc.string(),
  open: figure,
  connections: fc.nat(3),
  received: figure,
  sent: figure,
  up: fc.boolean(),
  membersUp: fc.nat(3),
  membersDown: fc.nat(3),
});

describe('a summary', () => {
  it('names a few back ends, and loses nothing: those and the others are all', () => {
    fc.assert(
      fc.property(fc.array(backend, { maxLength: 30 }), fc.nat(10), (backends, most) => {
        const { top, others, ...all } = summaryOf({ backends, frontends: [], refusedLast: 0 }, most);
        expect(top.length).toBeLessThanOrEqual(most);
        expect(top.length + others.backends).toBe(backends.length);
        for (const field of ['open', 'connections', 'received', 'sent'] as const) {
          expect(top.reduce((sum, each) => sum + each[field], others[field])).toBe(all[field]);
          expect(all[field]).toBe(backends.reduce((sum, each) => sum + each[field], 0));
        }
        const bytes = top.map(({ received, sent }) => received + sent);
        expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
      }),
    );
  });
});
