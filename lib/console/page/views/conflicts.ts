import type { ConflictPage } from '../../api.ts';
import { read } from '../client.ts';
import { element } from '../dom.ts';
import { counted } from '../format.ts';
import { fragmentOf, type PageLocation } from '../location.ts';
import { empty, name, owner, time } from '../parts.ts';
import { type Column, pager, table } from '../table.ts';
import type { PageView } from './view.ts';

type ConflictRow = ConflictPage['rows'][number];

export function conflictsView({ page }: Extract<PageLocation, { view: 'conflicts' }>): PageView {
  return {
    title: 'Conflicts',
    section: 'conflicts',
    follows: ['version'],
    async show({ signal }) {
      const found = await read<ConflictPage>(`/api/conflicts?page=${page}`, signal);
      const said = element('p', { class: 'count', role: 'status' }, counted(found.total, 'conflict'));
      if (found.rows.length === 0) {
        return [
          said,
          empty(
            'No host is claimed twice.',
            'When several Ingresses claim one host, the oldest holds it and the others are listed here.',
          ),
        ];
      }
      return [
        element(
          'p',
          { class: 'lead' },
          'The oldest Ingress holds a host. The others wait in this order, and take over by themselves when it goes.',
        ),
        said,
        table(
          element(
            'span',
            { class: 'visually-hidden' },
            `Hosts with several claims, page ${found.page} of ${found.pages}`,
          ),
          COLUMNS,
          found.rows,
          ({ host, frontend }) => `${host} ${frontend}`,
        ),
        pager('Pages of conflicts', found.page, found.pages, (to) => fragmentOf({ view: 'conflicts', page: to })),
      ];
    },
  };
}

const COLUMNS: readonly Column<ConflictRow>[] = [
  {
    title: 'Host',
    cell: ({ host, frontend }) => element('a', { href: fragmentOf({ view: 'route', host, frontend }) }, name(host)),
  },
  { title: 'Front end', cell: ({ vip }) => name(vip) },
  { title: 'Holder', cell: ({ holder }) => owner(holder) },
  { title: 'Created', cell: ({ since }) => time(since) },
  {
    title: 'Waiting',
    cell: ({ waiting }) =>
      element(
        'ol',
        { class: 'waiting' },
        waiting.map((claim) =>
          element('li', {}, owner(claim.owner), element('span', { class: 'muted' }, ' created ', time(claim.created))),
        ),
      ),
  },
];
