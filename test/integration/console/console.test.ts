import { afterEach, describe, expect, it } from 'vitest';
import { audit } from '../../../lib/audit/index.ts';
import type { ConsoleOverview, RoutePage, RoutePath } from '../../../lib/console/api.ts';
import type { ConsoleSources } from '../../../lib/console/index.ts';
import { namesOf } from '../../../lib/netscaler/index.ts';
import { readStatusInput } from '../../../lib/status/index.ts';
import {
  type ConnectedPage,
  connectPage,
  type HttpReply,
  type RunningConsole,
  send,
  signIn,
  startConsole,
} from '../../support/console.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { changed, state, withdrawn } from '../../support/events.ts';
import { eventually, settles } from '../../support/eventually.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function sourcesOf(world: World): ConsoleSources {
  return {
    appliance: 'edge',
    configured: 'edge',
    names: namesOf('nsp'),
    read: () => readStatusInput(world.client, 'nsp', world.client),
    audit: async () => {
      const settings = { appliance: 'edge', systemId: 'nsp', clusters: [], drainSeconds: 0, saveAfterSeconds: 60 };
      return (await audit(world.client, settings, 1_000_000)).findings;
    },
  };
}

interface Opened {
  readonly world: World;
  readonly console: RunningConsole;
  readonly cookie: string;
  readonly port: number;
  get(path: string): Promise<HttpReply>;
  json<T>(path: string): Promise<T>;
  connect(): Promise<ConnectedPage>;
}

async function opened(options: Parameters<typeof startConsole>[1] = {}): Promise<Opened> {
  const world = await startWorld();
  closing.push(() => world.stop());
  const console = await startConsole(sourcesOf(world), options);
  closing.push(() => console.stop());
  const cookie = await signIn(console.server.url);
  const { port } = console.server;
  const get = (path: string): Promise<HttpReply> => send(port, path, { headers: { cookie } });
  return {
    world,
    console,
    cookie,
    port,
    get,
    json: async (path) => JSON.parse((await get(path)).body),
    async connect() {
      const page = await connectPage(port, cookie);
      closing.push(() => page.close());
      return page;
    },
  };
}

const overviews = (page: ConnectedPage): ConsoleOverview[] =>
  page.events.filter(({ type }) => type === 'overview').map(({ data }) => data as ConsoleOverview);

describe('what the page is told', () => {
  it('routes that the engine wrote are found, page by page and by search', async () => {
    const { world, json } = await opened();
    await world.deliver(changed(10, state('shop')), changed(11, state('news', { namespace: 'press' })));
    expect((await json<RoutePage>('/api/routes')).rows.map(({ host }) => host)).toEqual([
      'news.example.com',
      'shop.example.com',
    ]);
    const found = await json<RoutePage>('/api/routes?search=PRESS/n&state=&page=1');
    expect(found).toMatchObject({ total: 1, page: 1, pages: 1 });
    expect(found.rows).toMatchObject([
      {
        host: 'news.example.com',
        frontend: '192.0.2.10_443',
        vip: '192.0.2.10:443',
        holder: { cluster: 'test', namespace: 'press', name: 'news' },
        since: 1_000_000,
        members: 1,
        standby: 0,
      },
    ]);
  });

  it('the path of a host names the objects of the appliance', async () => {
    const { world, json } = await opened();
    await world.deliver(changed(10, state('shop')));
    const path = await json<RoutePath>('/api/route?host=shop.example.com&frontend=192.0.2.10_443');
    expect(path.links.map(({ kind }) => kind)).toEqual(['client', 'frontend', 'host', 'backend']);
    const config = world.config({ ledger: true }).join('\n');
    for (const { object } of path.links) {
      if (object !== undefined)
        expect(config).toMatch(new RegExp(`^(add|bind) ${object.replaceAll('.', '\\.')} `, 'm'));
    }
  });
});

describe('what the page hears', () => {
  it('a change on the appliance: a new version, and what happened', async () => {
    const { world, connect } = await opened();
    await world.deliver(changed(10, state('shop')));
    const page = await connect();
    const first = await eventually(() => overviews(page).at(-1), 'an overview');
    expect(first).toMatchObject({ version: 1, total: 1, appliance: 'edge' });
    await world.deliver(changed(11, state('news')), withdrawn(12, 'shop'));
    await settles(() => {
      expect(page.events.filter(({ type }) => type === 'change').map(({ data }) => data)).toMatchObject([
        { owner: { name: 'news' }, what: 'programmed', hosts: ['news.example.com'] },
        { owner: { name: 'shop' }, what: 'removed', hosts: ['shop.example.com'] },
      ]);
    });
    expect(overviews(page).at(-1)?.version).toBeGreaterThan(1);
  });
});
