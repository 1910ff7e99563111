import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sharedText } from '../../../../lib/forwarder/source/shared-text.ts';

it('returns the text that it is given, whatever it is', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '__proto__', 'constructor', '0', '-0')),
      (text) => {
        expect(sharedText(text)).toBe(text);
      },
    ),
    { numRuns: 500 },
  );
});
