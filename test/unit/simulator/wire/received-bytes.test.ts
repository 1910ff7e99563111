import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ReceivedBytes } from '../../../../lib/simulator/wire/received-bytes.ts';

it('property: holds what was pushed and not dropped, in order', () => {
  const steps = fc.array(fc.oneof(fc.uint8Array({ maxLength: 2_000 }), fc.nat(1_500)), { maxLength: 40 });
  fc.assert(
    fc.property(steps, (all) => {
      const received = new ReceivedBytes();
      let expected = Buffer.alloc(0);
      for (const step of all) {
        if (typeof step === 'number') received.drop(step);
        else received.push(Buffer.from(step));
        expected = typeof step === 'number' ? expected.subarray(step) : Buffer.concat([expected, step]);
        expect(received.bytes.equals(expected)).toBe(true);
      }
    }),
  );
});
