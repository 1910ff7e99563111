import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../lib/local-aws/random.ts';
import { publish, queued, recorder, sequenceOf, until, withCloud, withdrawn } from './support.ts';

/**
 * A function that fails in every way that it can, at random. Whatever it does: what it took for done is done once and
 * in the order of its group, and nothing is lost.
 */
describe.each([1, 2, 3])('a function that fails at random (seed %i)', (seed) => {
  it('gets every message until it is done, in order, while more of them come and the source is switched off and on', async () => {
    await withCloud({ seed }, async (cloud) => {
      const random = seededRandom(seed);
      const done: number[] = [];
      const { handler } = recorder((records) => {
        const dice = random();
        if (dice < 0.15) throw new Error('at random');
        const kept = dice < 0.3 ? 0 : dice < 0.6 ? Math.floor(random() * (records.length + 1)) : records.length;
        done.push(...records.slice(0, kept).map(sequenceOf));
        return records.slice(kept).map(({ messageId }) => messageId);
      });
      const source = cloud.eventSource('alpha.fifo', handler, {
        retrySeconds: 0,
        batchSize: 1 + Math.floor(random() * 10),
      });
      const count = 150;
      for (let first = 0; first < count; first += 30) {
        await publish(
          cloud,
          Array.from({ length: 30 }, (_, index) => withdrawn(first + index)),
        );
        if (source.enabled) await source.pause();
        else source.resume();
      }
      source.resume();
      await until('all are done', () => done.length >= count);
      await until('the queue is empty', async () => (await queued(cloud, 'alpha.fifo')) === 0);
      expect(done).toEqual(Array.from({ length: count }, (_, index) => index));
    });
  });
});
