import type { ConsoleCluster, ConsoleOverview, ConsoleQueue } from '../../api.ts';
import { read } from '../client.ts';
import { type Content, element } from '../dom.ts';
import { count, counted, noun, percent } from '../format.ts';
import type { PageState } from '../live.ts';
import { fragmentOf, routesFragment } from '../location.ts';
import { code, link, mark, section, time } from '../parts.ts';
import { stateBar, trendLine } from '../pictures.ts';
import { table } from '../table.ts';
import { QUEUE_WORDS, STATE_WORDS, STATES } from '../words.ts';
import { changeTable } from './changes.ts';
import { concerns } from './concerns.ts';
import type { PageView } from './view.ts';

const RECENT = 6;

export const overviewView: PageView = {
  title: 'Overview',
  section: 'overview',
  follows: ['reading', 'change'],
  async show({ live, signal }) {
    const overview = live.overview ?? (await read<ConsoleOverview>('/api/overview', signal));
    return [
      figures(overview, live),
      element(
        'div',
        { class: 'columns' },
        element('div', { class: 'column' }, attention(overview), clusters(overview.clusters)),
        element('div', { class: 'column' }, states(overview), queues(overview.queues)),
      ),
      recent(live),
    ];
  },
};

function figures(overview: ConsoleOverview, live: PageState): HTMLElement {
  const { total, states: of, connections, conflicts, pending, drift, ingressesWithFindings } = overview;
  const answering = of.serving + of.redirect;
  const figure = (title: string, value: Content, note: Content, href?: string, picture?: Content): HTMLElement =>
    element(
      'div',
      { class: 'figure', 'data-key': title },
      element('dt', {}, href === undefined ? title : link(href, title)),
      element('dd', { class: 'figure-value' }, value, picture),
      element('dd', { class: 'figure-note' }, note),
    );
  const trend = (values: readonly (number | undefined)[], of: string): Content => trendLine(values, of);
  return element(
    'dl',
    { class: 'figures', 'aria-label': 'Figures' },
    figure('Routes', count(total), counted(overview.clusters.length, 'cluster'), routesFragment()),
    figure(
      'Answering',
      percent(answering, total),
      `${count(of.serving)} serving`,
      routesFragment('serving'),
      trend(
        live.trend.map(({ serving }) => serving),
        'Serving routes',
      ),
    ),
    figure(
      'Connections',
      connections === undefined ? '–' : count(connections),
      connections === undefined ? 'may not be read' : 'open now',
      undefined,
      trend(
        live.trend.map(({ connections: open }) => open),
        'Open connections',
      ),
    ),
    figure(
      'Conflicts',
      count(conflicts),
      conflicts === 0 ? 'none' : noun(conflicts, 'host claimed twice', 'hosts claimed twice'),
      fragmentOf({ view: 'conflicts', page: 1 }),
    ),
    figure(
      'Drift',
      drift === undefined ? '–' : count(drift),
      drift === undefined ? 'not audited yet' : drift === 0 ? 'none' : noun(drift, 'difference'),
      fragmentOf({ view: 'drift' }),
    ),
    figure('Unfinished', count(pending), noun(pending, 'Ingress', 'Ingresses'), routesFragment('pending')),
    figure(
      'With findings',
      count(ingressesWithFindings),
      noun(ingressesWithFindings, 'Ingress', 'Ingresses'),
      routesFragment('findings'),
    ),
  );
}

function attention(overview: ConsoleOverview): HTMLElement {
  const found = concerns(overview);
  return section(
    'attention',
    'Needs attention',
    found.length === 0
      ? element('p', {}, mark({ label: 'Nothing does.', tone: 'good', shape: 'disc' }))
      : element(
          'ul',
          { class: 'concerns' },
          found.map(({ word, href, remedy }) =>
            element(
              'li',
              { 'data-key': word.label.replace(/^[\d,]+ /, '') },
              mark(word, href === undefined ? word.label : link(href, word.label)),
              element('p', { class: 'muted' }, remedy),
            ),
          ),
        ),
  );
}

function states({ states: of, total }: ConsoleOverview): HTMLElement {
  return section(
    'states',
    'States of routes',
    stateBar(of, total),
    table(
      element('span', { class: 'visually-hidden' }, 'Routes by state'),
      [
        { title: 'State', cell: (state) => link(routesFragment(state), mark(STATE_WORDS[state])) },
        { title: 'Routes', number: true, cell: (state) => count(of[state]) },
        { title: 'Share', number: true, cell: (state) => percent(of[state], total) },
      ],
      STATES,
      (state) => state,
      'compact',
    ),
  );
}

function clusters(list: readonly ConsoleCluster[]): HTMLElement {
  return section(
    'clusters',
    'Clusters',
    list.length === 0
      ? element('p', { class: 'muted' }, 'No cluster has published an Ingress to this appliance yet.')
      : table(
          element('span', { class: 'visually-hidden' }, 'Clusters that use this appliance'),
          [
            { title: 'Cluster', cell: ({ name }) => element('bdi', { class: 'name' }, name) },
            { title: 'Ingresses', number: true, cell: ({ ingresses }) => count(ingresses) },
            { title: 'Routes', number: true, cell: ({ routes }) => count(routes) },
            { title: 'Newest state', cell: ({ newest }) => time(newest) },
          ],
          list,
          ({ name }) => name,
        ),
  );
}

function queues(list: readonly ConsoleQueue[] | string | undefined): HTMLElement {
  return section('queues', 'Queues', queueContent(list));
}

function queueContent(list: readonly ConsoleQueue[] | string | undefined): HTMLElement {
  if (typeof list === 'string') return element('p', {}, list);
  if (list === undefined) {
    return element(
      'p',
      { class: 'muted' },
      'Start ',
      code('nspass console'),
      ' with ',
      code('--config'),
      ' and ',
      code('--deployment'),
      ' to see the queues.',
    );
  }
  return table(
    element('span', { class: 'visually-hidden' }, 'Queues of the deployment'),
    [
      { title: 'Queue', cell: ({ name }) => element('bdi', { class: 'name' }, name) },
      { title: 'Holds', cell: ({ kind }) => QUEUE_WORDS[kind] },
      { title: 'Waiting', number: true, cell: ({ waiting }) => count(waiting) },
      { title: 'In flight', number: true, cell: ({ inFlight }) => count(inFlight) },
    ],
    list,
    ({ name }) => name,
  );
}

function recent({ changes }: PageState): HTMLElement {
  return section(
    'recent',
    'Latest changes',
    changes.length === 0
      ? element('p', { class: 'muted' }, 'No Ingress has changed since the console started.')
      : [
          changeTable(changes.slice(0, RECENT)),
          element('p', {}, link(fragmentOf({ view: 'changes' }), `All ${counted(changes.length, 'change')}`)),
        ],
  );
}
