import type { ConsoleChange } from '../../api.ts';
import { element } from '../dom.ts';
import { counted } from '../format.ts';
import { empty, mark, name, owner, time } from '../parts.ts';
import { table } from '../table.ts';
import { CHANGE_WORDS } from '../words.ts';
import type { PageView } from './view.ts';

/** Hosts that one row lists; an Ingress may have hundreds. */
const HOSTS_SHOWN = 4;

export const changesView: PageView = {
  title: 'Changes',
  section: 'changes',
  follows: ['change'],
  async show({ live: { changes } }) {
    return [
      element('p', { class: 'lead' }, 'What happened to Ingresses since the console started, the newest first.'),
      element('p', { class: 'count', role: 'status' }, counted(changes.length, 'change')),
      changes.length === 0
        ? empty(
            'No Ingress has changed since the console started.',
            'Change one, and its outcome appears here by itself.',
          )
        : changeTable(changes),
    ];
  },
};

/** Shows changes as a table. */
export function changeTable(changes: readonly ConsoleChange[]): HTMLTableElement {
  return table(
    element('span', { class: 'visually-hidden' }, 'Changes of Ingresses, the newest first'),
    [
      { title: 'Ingress', cell: (change) => owner(change.owner) },
      { title: 'Outcome', cell: ({ what }) => mark(CHANGE_WORDS[what]) },
      { title: 'Hosts', cell: ({ hosts }) => hostList(hosts) },
      { title: 'Time', cell: ({ at }) => time(at) },
    ],
    changes,
    ({ id }) => String(id),
  );
}

function hostList(hosts: readonly string[]): HTMLElement {
  const more = hosts.length - HOSTS_SHOWN;
  return element(
    'span',
    {},
    hosts.slice(0, HOSTS_SHOWN).flatMap((host, index) => [index > 0 ? ', ' : undefined, name(host)]),
    more > 0 ? ` and ${counted(more, 'more host', 'more hosts')}` : undefined,
  );
}
