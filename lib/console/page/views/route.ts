import type { MemberStatus } from '../../../status/index.ts';
import { byteText } from '../../../traffic/byte-text.ts';
import type { PathLink, RouteCertificate, RoutePath, RouteRow } from '../../api.ts';
import { read } from '../client.ts';
import { type Content, element } from '../dom.ts';
import { count } from '../format.ts';
import { fragmentOf, type PageLocation, routesFragment } from '../location.ts';
import { certificateMark, code, link, mark, name, owner, section, time } from '../parts.ts';
import { pathDiagram } from '../path-diagram.ts';
import { table } from '../table.ts';
import { LINK_WORDS, memberWord, STATE_WORDS } from '../words.ts';
import { driftList } from './drift.ts';
import type { PageView } from './view.ts';

export function routeView({ host, frontend }: Extract<PageLocation, { view: 'route' }>): PageView {
  return {
    title: host,
    section: 'routes',
    follows: ['version'],
    async show({ signal }) {
      const path = await read<RoutePath>(`/api/route?${new URLSearchParams({ host, frontend })}`, signal);
      return [
        element('p', { class: 'back' }, link(routesFragment(), 'All routes')),
        facts(path),
        section('path', 'Path of a connection', pathDiagram(path), steps(path)),
        members(path.members),
        standby(path),
        drift(path),
      ];
    },
  };
}

function facts({ route, refused }: RoutePath): HTMLElement {
  const { state, vip, holder, since, pending, findings, frontend } = route;
  const fact = (title: string, ...value: Content[]): HTMLElement =>
    element('div', { 'data-key': title }, element('dt', {}, title), element('dd', {}, ...value));
  return element(
    'dl',
    { class: 'facts', 'data-frontend': frontend },
    fact('State', mark(STATE_WORDS[state]), element('span', { class: 'muted' }, ` ${STATE_WORDS[state].meaning}`)),
    fact('Front end', name(vip)),
    fact('Holder', owner(holder)),
    fact('Holder created', time(since)),
    counted(route, refused).map(([title, text]) => fact(title, text)),
    route.certificate === undefined ? undefined : fact('Certificate', ...certificate(route.certificate)),
    pending ? fact('Record', 'unfinished: a change is on its way, or its write failed') : undefined,
    findings ? fact('Findings', 'this Ingress has some: see its Events') : undefined,
  );
}

/** Returns what the appliance counts. It counts by virtual server: hosts of one back end share its figures. */
function counted({ traffic }: RouteRow, refused: RoutePath['refused']): [title: string, text: string][] {
  const facts: [string, string][] = [];
  if (traffic !== undefined) {
    const { open, connections, received, sent } = traffic;
    facts.push(
      ['Connections', `${count(open)} open, ${count(connections)} since the back end was made`],
      ['Bytes', `${byteText(received)} in, ${byteText(sent)} out`],
    );
  }
  if (refused !== undefined) {
    const { 'unknown-name': unknown, 'no-member': without } = refused;
    facts.push([
      'Resets of the front end',
      `${count(unknown)} with an unknown name, ${count(without)} without a member`,
    ]);
  }
  return facts;
}

function certificate(shown: RouteCertificate): Content[] {
  const text = 'problem' in shown ? shown.problem : shown.subject;
  return [certificateMark(shown), ' ', element('bdi', { class: 'muted' }, text)];
}

/** Tells the path in words: the picture says nothing more. */
function steps({ route, links, members: list }: RoutePath): HTMLElement {
  const broken = links.findIndex(({ ok }) => !ok);
  const up = list.filter(({ state }) => state === 'UP').length;
  return element(
    'ol',
    { class: 'steps', id: 'path-steps' },
    links.map((step, index) =>
      stepItem(step, broken >= 0 && index > broken, index === broken ? STATE_WORDS[route.state].remedy : undefined),
    ),
    list.length === 0
      ? undefined
      : element(
          'li',
          { 'data-key': 'members', class: up === 0 ? 'step broken' : 'step' },
          element(
            'p',
            { class: 'step-title' },
            element('strong', {}, 'Members'),
            ' ',
            mark({ ...stepWord(up > 0, false), label: `${count(up)} of ${count(list.length)} up` }),
          ),
        ),
  );
}

function stepItem({ kind, name: title, object, ok, text }: PathLink, behind: boolean, remedy?: string): HTMLElement {
  return element(
    'li',
    { 'data-key': kind, class: ok ? 'step' : 'step broken' },
    element(
      'p',
      { class: 'step-title' },
      element('strong', {}, LINK_WORDS[kind]),
      ' ',
      name(title),
      ' ',
      mark(stepWord(ok, behind)),
    ),
    object === undefined ? undefined : element('p', {}, code(object)),
    element('p', { class: ok ? 'muted' : 'reason' }, text, remedy === undefined ? undefined : ` ${remedy}`),
  );
}

function stepWord(ok: boolean, behind: boolean): Parameters<typeof mark>[0] {
  if (!ok) return { label: 'Broken', tone: 'bad', shape: 'cross' };
  if (behind) return { label: 'Not reached', tone: 'quiet', shape: 'ring' };
  return { label: 'OK', tone: 'good', shape: 'disc' };
}

function members(list: readonly MemberStatus[]): Content {
  if (list.length === 0) return undefined;
  return section(
    'members',
    'Members',
    table(
      element('span', { class: 'visually-hidden' }, 'Members of the back end'),
      [
        { title: 'Address', cell: ({ address, port }) => name(`${address}:${port}`) },
        { title: 'State', cell: ({ state }) => mark(memberWord(state)) },
      ],
      list,
      ({ address, port }) => `${address} ${port}`,
      'compact',
    ),
  );
}

function standby({ standby: list, route }: RoutePath): Content {
  if (list.length === 0) return undefined;
  return section(
    'standby',
    'Waiting for this host',
    element(
      'p',
      { class: 'muted' },
      'These Ingresses claim the host, too, and are younger. The first takes over when the holder goes. ',
      link(fragmentOf({ view: 'conflicts', page: 1 }), 'All conflicts'),
    ),
    table(
      element('span', { class: 'visually-hidden' }, `Claims that wait for ${route.host}, in their order`),
      [
        { title: 'Ingress', cell: (claim) => owner(claim.owner) },
        { title: 'Back end', cell: ({ backend }) => (backend === undefined ? 'redirect' : name(backend)) },
        { title: 'Created', cell: ({ created }) => time(created) },
      ],
      list,
      (claim) => `${claim.owner.cluster} ${claim.owner.namespace} ${claim.owner.name}`,
    ),
  );
}

function drift({ drift: items }: RoutePath): Content {
  return items.length === 0 ? undefined : section('drift', 'Drift', driftList(items));
}
