import { byteText } from '../../../traffic/byte-text.ts';
import type { ConsoleOverview, RoutePage, RouteRow } from '../../api.ts';
import { read } from '../client.ts';
import { type Content, element } from '../dom.ts';
import { count, counted } from '../format.ts';
import { fragmentOf, type PageLocation } from '../location.ts';
import { certificateMark, mark, name, owner, time } from '../parts.ts';
import { type Column, pager, table } from '../table.ts';
import { type RouteFilter, STATE_WORDS, STATES, TRAIT_WORDS, TRAITS } from '../words.ts';
import type { PageView } from './view.ts';

/** The server refuses longer ones. */
const LONGEST_SEARCH = 256;

type RoutesLocation = Extract<PageLocation, { view: 'routes' }>;

export function routesView(location: RoutesLocation): PageView {
  return {
    title: 'Routes',
    section: 'routes',
    follows: ['version'],
    async show({ live, signal }) {
      const { search, state = '', page } = location;
      const query = new URLSearchParams({ search, state, page: String(page) });
      const found = await read<RoutePage>(`/api/routes?${query}`, signal);
      return [searchForm(location), filters(location, live.overview), results(location, found, live.overview)];
    },
  };
}

function searchForm({ search, state }: RoutesLocation): HTMLElement {
  return element(
    'form',
    { class: 'search', role: 'search', 'data-state': state },
    element('label', { for: 'search' }, 'Search routes'),
    element('input', {
      id: 'search',
      name: 'search',
      type: 'search',
      maxlength: LONGEST_SEARCH,
      value: search,
      placeholder: 'Host, address, cluster, namespace or name',
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      'aria-keyshortcuts': '/',
      'aria-describedby': 'search-hint',
    }),
    element('span', { id: 'search-hint', class: 'hint' }, 'Press ', element('kbd', {}, '/'), ' to search'),
  );
}

function filters({ search, state }: RoutesLocation, overview: ConsoleOverview | undefined): HTMLElement {
  const choice = (of: RouteFilter | undefined, label: Content, number: number | undefined): HTMLElement =>
    element(
      'li',
      {},
      element(
        'a',
        {
          class: 'chip',
          href: fragmentOf({ view: 'routes', search, state: of, page: 1 }),
          'aria-current': state === of && 'true',
        },
        label,
        number === undefined ? undefined : element('span', { class: 'chip-count' }, count(number)),
      ),
    );
  return element(
    'nav',
    { 'aria-label': 'Filters' },
    element(
      'ul',
      { class: 'chips' },
      choice(undefined, 'All', overview?.total),
      STATES.map((of) => choice(of, mark(STATE_WORDS[of]), overview?.states[of])),
      TRAITS.filter((of) => of !== 'expiring' || overview?.certificates !== undefined).map((of) =>
        choice(of, TRAIT_WORDS[of], undefined),
      ),
    ),
  );
}

function results(location: RoutesLocation, found: RoutePage, overview: ConsoleOverview | undefined): Content {
  const all = overview?.total ?? found.total;
  const text = found.total === all ? counted(all, 'route') : `${count(found.total)} of ${counted(all, 'route')}`;
  const said = element('p', { class: 'count', role: 'status', 'data-key': 'count' }, text);
  if (found.rows.length === 0) return [said, nothing(location, all)];
  return [
    said,
    table(
      element('span', { class: 'visually-hidden' }, `Routes, page ${found.page} of ${found.pages}`),
      overview?.certificates === undefined ? COLUMNS : [...COLUMNS, CERTIFICATE],
      found.rows,
      routeKey,
    ),
    pager('Pages of routes', found.page, found.pages, (page) => fragmentOf({ ...location, page })),
  ];
}

function nothing(location: RoutesLocation, all: number): HTMLElement {
  if (all === 0) {
    return element(
      'div',
      { class: 'empty' },
      element('p', { class: 'empty-title' }, 'This appliance has no route yet.'),
      element('p', {}, 'Annotate an Ingress for passthrough. Its hosts appear here once the appliance has them.'),
    );
  }
  return element(
    'div',
    { class: 'empty' },
    element('p', { class: 'empty-title' }, 'No route fits.'),
    element(
      'p',
      {},
      'Search for a part of a host, an address, a cluster, a namespace or a name, or ',
      element('a', { href: fragmentOf({ ...location, search: '', state: undefined, page: 1 }) }, 'see all routes'),
      '.',
    ),
  );
}

const routeKey = ({ host, frontend }: RouteRow): string => `${host} ${frontend}`;

const COLUMNS: readonly Column<RouteRow>[] = [
  {
    title: 'Host',
    cell: ({ host, frontend, findings, pending, draining }) => [
      element('a', { href: fragmentOf({ view: 'route', host, frontend }) }, name(host)),
      pending ? element('span', { class: 'tag' }, 'unfinished') : undefined,
      draining ? element('span', { class: 'tag' }, 'draining') : undefined,
      findings ? element('span', { class: 'tag' }, 'findings') : undefined,
    ],
  },
  { title: 'State', cell: ({ state }) => mark(STATE_WORDS[state]) },
  { title: 'Front end', cell: ({ vip }) => name(vip) },
  { title: 'Holder', cell: ({ holder }) => owner(holder) },
  { title: 'Created', extra: true, cell: ({ since }) => time(since) },
  { title: 'Members up', number: true, cell: ({ up, members }) => `${count(up)} of ${count(members)}` },
  {
    title: 'Connections',
    number: true,
    cell: ({ traffic }) => (traffic === undefined ? '–' : count(traffic.open)),
  },
  {
    title: 'In, out',
    number: true,
    extra: true,
    cell: ({ traffic }) => (traffic === undefined ? '–' : `${byteText(traffic.received)}, ${byteText(traffic.sent)}`),
  },
  { title: 'Waiting', number: true, cell: ({ standby }) => count(standby) },
];

const CERTIFICATE: Column<RouteRow> = { title: 'Certificate', cell: ({ certificate }) => certificateMark(certificate) };
