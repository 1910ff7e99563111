import { describe, expect, it } from 'vitest';
import type {
  ConflictPage,
  ConsoleChange,
  ConsoleError,
  ConsoleOverview,
  DriftReport,
  RoutePage,
  RoutePath,
} from '../../../lib/console/api.ts';
import { changed, state, withdrawn } from '../../support/events.ts';
import { eventually, settles } from '../../support/eventually.ts';
import { changesOf, openConsole, overviewsOf } from './support.ts';

describe('what the page is told', () => {
  it('routes that the engine wrote are found, page by page and by search', async () => {
    const { world, json } = await openConsole();
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
    const { world, json } = await openConsole();
    await world.deliver(changed(10, state('shop')));
    const path = await json<RoutePath>('/api/route?host=shop.example.com&frontend=192.0.2.10_443');
    expect(path.links.map(({ kind }) => kind)).toEqual(['client', 'frontend', 'host', 'backend']);
    const config = world.config({ ledger: true }).join('\n');
    for (const { object } of path.links) {
      if (object !== undefined)
        expect(config).toMatch(new RegExp(`^(add|bind) ${object.replaceAll('.', '\\.')} `, 'm'));
    }
  });

  it('CON-1: a host that two Ingresses claim is a conflict, and counted', async () => {
    const { world, json } = await openConsole();
    await world.deliver(
      changed(10, state('old', { hosts: ['x.example.com'], created: 1000 })),
      changed(11, state('new', { hosts: ['x.example.com'], created: 2000 })),
    );
    expect((await json<ConsoleOverview>('/api/overview')).conflicts).toBe(1);
    expect((await json<ConflictPage>('/api/conflicts?page=1')).rows).toMatchObject([
      { host: 'x.example.com', holder: { name: 'old' }, waiting: [{ owner: { name: 'new' }, created: 2_000_000 }] },
    ]);
  });

  it.each([
    ['/api/routes?page=0', 400],
    ['/api/routes?page=1.5', 400],
    ['/api/routes?page=1e9', 400],
    ['/api/routes?state=sleeping', 400],
    ['/api/routes?state=down&state=sleeping', 400],
    [`/api/routes?search=${'x'.repeat(257)}`, 400],
    ['/api/route', 400],
    ['/api/route?host=a.example.com', 400],
    ['/api/route?host=a.example.com&frontend=192.0.2.10_443', 404],
    ['/api/nothing', 404],
    ['/api/', 404],
  ])('%s → %i, with what to do', async (path, status) => {
    const { get } = await openConsole();
    const reply = await get(path);
    expect(reply.status).toBe(status);
    expect((JSON.parse(reply.body) as ConsoleError).error).toMatch(/^\S.{10,}[.3]$/);
  });
});

describe('what the page hears', () => {
  it('a change on the appliance: a new version, and what happened', async () => {
    const { world, connect, json } = await openConsole();
    await world.deliver(changed(10, state('shop')));
    const page = await connect();
    const first = await eventually(() => overviewsOf(page).at(-1), 'an overview');
    expect(first).toMatchObject({ version: 1, total: 1, appliance: 'edge' });
    await world.deliver(changed(11, state('news')), withdrawn(12, 'shop'));
    await settles(() => {
      // Readings in between may show the Ingresses unfinished.
      const said = changesOf(page).map(({ owner: { name }, what, hosts }) => [name, what, ...hosts].join(' '));
      expect(said).toContain('shop removed shop.example.com');
      expect(said).toContain('news programmed news.example.com');
    });
    expect(overviewsOf(page).at(-1)?.version).toBeGreaterThan(1);
    const kept = await json<ConsoleChange[]>('/api/changes');
    expect(kept.map(({ id }) => id)).toEqual(
      changesOf(page)
        .map(({ id }) => id)
        .reverse(),
    );
  });

  it('drift that somebody made by hand, attribute by attribute, with its remedy', async () => {
    const { world, connect, json } = await openConsole();
    await world.deliver(changed(10, state('shop')));
    const page = await connect();
    await settles(() => expect(overviewsOf(page).at(-1)?.drift).toBe(0));
    const gate = 'nsp-gate-192.0.2.10-443';
    await world.client.set('sslpolicy', [{ name: gate, rule: 'true' }]);
    await settles(() => expect(overviewsOf(page).at(-1)?.drift).toBe(1));
    const { items, at } = await json<DriftReport>('/api/drift');
    expect(at).toBeGreaterThan(0);
    expect(items.filter(({ kind }) => kind === 'drift')).toMatchObject([
      { code: 'ObjectChanged', kind: 'drift', object: `sslpolicy ${gate}`, fields: [{ field: 'rule', is: 'true' }] },
    ]);
    expect(items[0]?.remedy).toContain('verify=edge');
  });

  it('a change that comes while a page is connected → other pages hear it, too', async () => {
    const { world, connect } = await openConsole();
    const pages = [await connect(), await connect(), await connect()];
    await settles(() => expect(pages.every((page) => overviewsOf(page).length > 0)).toBe(true));
    await world.deliver(changed(10, state('shop')));
    await settles(() => {
      expect(pages.map((page) => changesOf(page).at(-1)?.what)).toEqual(pages.map(() => 'programmed'));
    });
  });
});
