import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAGE_ROWS, pageOf } from '../../../lib/console/paging.ts';

describe('pages of a list', () => {
  it('hold every row once and in order, each page full but the last', () => {
    fc.assert(
      fc.property(fc.nat({ max: 5 * PAGE_ROWS }), (length) => {
        const list = Array.from({ length }, (_, index) => index);
        const { pages, total } = pageOf(list, 1);
        const all = Array.from({ length: pages }, (_, index) => pageOf(list, index + 1));
        expect(total).toBe(length);
        expect(all.flatMap(({ rows }) => rows)).toEqual(list);
        expect(all.slice(0, -1).every(({ rows }) => rows.length === PAGE_ROWS)).toBe(true);
        expect(all.map(({ page }) => page)).toEqual(all.map((_, index) => index + 1));
      }),
    );
  });

  it('a page that is gone → the last one', () => {
    expect(pageOf([1, 2, 3], 9)).toEqual({ total: 3, page: 1, pages: 1, rows: [1, 2, 3] });
    expect(pageOf([], 1)).toEqual({ total: 0, page: 1, pages: 1, rows: [] });
  });
});
