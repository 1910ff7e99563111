/** Rows of one page. */
export const PAGE_ROWS = 100;

/** One page of a list. */
export interface PageOf<T> {
  readonly total: number;
  /** From 1. */
  readonly page: number;
  /** At least 1. */
  readonly pages: number;
  readonly rows: readonly T[];
}

/**
 * Returns one page of a list. A list that has become shorter may have lost the page: the last one stands for it.
 *
 * @param page from 1.
 */
export function pageOf<T>(list: readonly T[], page: number): PageOf<T> {
  const pages = Math.max(1, Math.ceil(list.length / PAGE_ROWS));
  const shown = Math.min(page, pages);
  return { total: list.length, page: shown, pages, rows: list.slice((shown - 1) * PAGE_ROWS, shown * PAGE_ROWS) };
}
