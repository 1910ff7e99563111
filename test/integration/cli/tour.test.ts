import { afterAll, beforeAll, describe, it } from 'vitest';
import { startTour, type Tour } from '../../../lib/cli/demo/demo.ts';
import { STEPS } from '../../../lib/cli/demo/tour.ts';

/** Every step of `npm run demo`, in its order: each goes on from where the one before ended. */
describe('the tour', () => {
  let tour: Tour;
  beforeAll(async () => {
    tour = await startTour();
  });
  afterAll(() => tour.stop());

  it.each(STEPS)('$title', async ({ run }) => {
    await run(tour.context);
  });
});
