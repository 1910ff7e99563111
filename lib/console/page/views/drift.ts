import type { DriftItem, DriftReport } from '../../api.ts';
import { read } from '../client.ts';
import { type Content, element } from '../dom.ts';
import { counted } from '../format.ts';
import { code, empty, mark, owner, time } from '../parts.ts';
import { table } from '../table.ts';
import { DRIFT_WORDS } from '../words.ts';
import type { PageView } from './view.ts';

export const driftView: PageView = {
  title: 'Drift',
  section: 'drift',
  follows: ['reading'],
  async show({ signal }) {
    const { at, failed, items } = await read<DriftReport>('/api/drift', signal);
    return [
      element(
        'p',
        { class: 'lead' },
        'Drift is what differs between the appliance and its ledger. The audit compares them without writing.',
      ),
      failed === undefined
        ? undefined
        : element('p', { class: 'notice', 'data-key': 'failed' }, 'The last audit failed: ', failed),
      at === undefined ? undefined : summary(at, items),
      content(at, items),
    ];
  },
};

function summary(at: number, items: readonly DriftItem[]): HTMLElement {
  return element(
    'p',
    { class: 'count' },
    element('span', { role: 'status' }, counted(items.length, 'difference')),
    element('span', { class: 'muted' }, ' audited ', time(at)),
  );
}

function content(at: number | undefined, items: readonly DriftItem[]): Content {
  if (at === undefined)
    return empty('No audit has finished yet.', 'It runs in the background. This page shows it as soon as it is done.');
  if (items.length === 0)
    return empty('The appliance is as its ledger says.', 'Changes by hand would be listed here, field by field.');
  return driftList(items);
}

/** Shows differences, each with its fields, whose it is, and what to do. */
export function driftList(items: readonly DriftItem[]): HTMLElement {
  return element(
    'ul',
    { class: 'drift' },
    items.map((item) => element('li', { 'data-key': `${item.code} ${item.object} ${item.should}` }, driftItem(item))),
  );
}

function driftItem({ code: finding, kind, object, is, should, fields, owners, remedy }: DriftItem): Content {
  const rows = fields.length > 0 ? fields : [{ field: 'Object', is, should }];
  return [
    element(
      'p',
      { class: 'drift-title' },
      mark(DRIFT_WORDS[kind]),
      ' ',
      code(object),
      ' ',
      element('span', { class: 'muted' }, finding),
    ),
    table(
      element('span', { class: 'visually-hidden' }, `Difference of ${object}`),
      [
        { title: 'Field', cell: ({ field }) => code(field) },
        { title: 'Is', cell: (row) => element('del', {}, row.is) },
        { title: 'Should be', cell: (row) => element('ins', {}, row.should) },
      ],
      rows,
      ({ field }) => field,
    ),
    owners.length === 0
      ? undefined
      : element(
          'p',
          { class: 'muted' },
          'Concerns ',
          owners.flatMap((of, index) => [index > 0 ? ', ' : undefined, owner(of)]),
        ),
    element('p', { class: 'remedy' }, remedy),
  ];
}
