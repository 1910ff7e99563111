import { type Content, element } from './dom.ts';

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Content;
  /** Numbers stand at the right. */
  readonly number?: boolean;
  /** Left out where the columns do not all fit side by side. */
  readonly extra?: boolean;
}

const classOf = ({ number, extra }: Pick<Column<never>, 'number' | 'extra'>): string | undefined =>
  [...(number === true ? ['number'] : []), ...(extra === true ? ['extra'] : [])].join(' ') || undefined;

/**
 * Makes a table with a caption. On a narrow screen its rows stand one below the other, each cell with the title of its
 * column. The roles are written out, because a table that is not laid out as one loses them. The first column names the row.
 *
 * @param key tells rows apart when the table is shown anew.
 * @param form `compact` for few and short columns: they stay side by side on a narrow screen, too.
 */
export function table<Row>(
  caption: Content,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  key: (row: Row) => string,
  form?: 'compact',
): HTMLTableElement {
  return element(
    'table',
    { role: 'table', class: form },
    element('caption', {}, caption),
    element(
      'thead',
      { role: 'rowgroup' },
      element(
        'tr',
        { role: 'row' },
        columns.map(({ title, ...column }) =>
          element('th', { role: 'columnheader', scope: 'col', class: classOf(column) }, title),
        ),
      ),
    ),
    element(
      'tbody',
      { role: 'rowgroup' },
      rows.map((row) => element('tr', { role: 'row', 'data-key': key(row) }, cells(columns, row))),
    ),
  );
}

function cells<Row>(columns: readonly Column<Row>[], row: Row): HTMLElement[] {
  return columns.map(({ title, cell, ...column }, index) =>
    index === 0
      ? element('th', { role: 'rowheader', scope: 'row', 'data-label': title }, cell(row))
      : element('td', { role: 'cell', class: classOf(column), 'data-label': title }, cell(row)),
  );
}

/** Makes the links to the pages before and after; nothing for a single page. */
export function pager(
  label: string,
  page: number,
  pages: number,
  fragment: (page: number) => string,
): HTMLElement | undefined {
  if (pages <= 1) return undefined;
  const step = (to: number, text: string): HTMLElement =>
    to >= 1 && to <= pages
      ? element('a', { class: 'button', href: fragment(to), 'data-key': text }, text)
      : element('span', { class: 'button', 'aria-disabled': 'true', 'data-key': `${text} off` }, text);
  return element(
    'nav',
    { class: 'pager', 'aria-label': label },
    step(page - 1, 'Previous'),
    element('span', { 'data-key': 'place' }, `Page ${page} of ${pages}`),
    step(page + 1, 'Next'),
  );
}
