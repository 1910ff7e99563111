import { describe, expect, it } from 'vitest';
import { hasDesiredSets, parseBuild } from '../../../lib/nitro/build.ts';

describe('builds', () => {
  it.each([
    ['NetScaler NS14.1: Build 51.80.nc, Date: Jan 1 2026, 00:00:00   (64-bit)', [14, 1, 51, 80], true],
    ['NetScaler NS13.1: Build 4.43.nc', [13, 1, 4, 43], true],
    ['NetScaler NS13.0: Build 45.8.nc', [13, 0, 45, 8], true],
    ['NetScaler NS13.0: Build 45.7.nc', [13, 0, 45, 7], true],
    ['NetScaler NS13.0: Build 45.6.nc', [13, 0, 45, 6], false],
    ['NetScaler NS13.0: Build 41.28.nc', [13, 0, 41, 28], false],
    ['NetScaler NS12.1: Build 65.21.nc', [12, 1, 65, 21], false],
    ['something newer that is written otherwise', undefined, true],
  ])('%s', (text, build, sets) => {
    expect(parseBuild(text)).toEqual(build);
    expect(hasDesiredSets(parseBuild(text))).toBe(sets);
  });
});
