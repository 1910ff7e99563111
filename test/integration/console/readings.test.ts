import { describe, expect, it } from 'vitest';
import type { ConsoleOverview, DriftReport, RoutePage } from '../../../lib/console/api.ts';
import { NitroError } from '../../../lib/nitro/index.ts';
import type { ConnectedPage } from '../../support/console.ts';
import { changed, state } from '../../support/events.ts';
import { eventually, settles } from '../../support/eventually.ts';
import { openConsole, overviewsOf, sourcesOf } from './support.ts';

const HOUR = 3_600_000;
const rarely = { intervalMs: HOUR, auditIntervalMs: HOUR };
/** Waits until the first reading and the first audit are complete. */
const audited = (page: ConnectedPage): Promise<void> =>
  settles(() => expect(overviewsOf(page).at(-1)?.drift).toBeDefined());

describe('requests to the appliance', () => {
  it('are as many for one page as for twenty', async () => {
    const requestsFor = async (pages: number): Promise<number> => {
      const { world, connect } = await openConsole(rarely);
      await world.deliver(changed(10, state('shop')));
      world.requests();
      const all = await Promise.all(Array.from({ length: pages }, connect));
      await Promise.all(all.map(audited));
      return world.requests().total;
    };
    const one = await requestsFor(1);
    expect(one).toBeGreaterThan(0);
    expect(await requestsFor(20)).toBe(one);
  });

  it('there are none while no page is open', async () => {
    const quiet = await openConsole({ intervalMs: 5, auditIntervalMs: 5 });
    const clock = await openConsole({ intervalMs: 5, auditIntervalMs: HOUR });
    const ticks = await clock.connect();
    /** Waits for as long as the other console needs for some readings. */
    const pass = async (): Promise<void> => {
      const { length } = overviewsOf(ticks);
      await eventually(() => overviewsOf(ticks).length > length + 20, 'readings of the other console');
    };
    await pass();
    quiet.world.requests();
    await pass();
    expect(quiet.world.requests().total).toBe(0);

    const page = await quiet.connect();
    await settles(() => expect(overviewsOf(page).length).toBeGreaterThan(3));
    page.close();
    // The server hears of the end a moment later.
    await settles(async () => {
      quiet.world.requests();
      await pass();
      expect(quiet.world.requests().total).toBe(0);
    });
  });

  it('on demand there is one reading, and no other within the interval', async () => {
    let reads = 0;
    const { world, json } = await openConsole({
      ...rarely,
      sources: (of) => ({
        ...sourcesOf(of),
        read: () => {
          reads += 1;
          return sourcesOf(of).read();
        },
      }),
    });
    await world.deliver(changed(10, state('shop')));
    await Promise.all([json('/api/overview'), json('/api/routes'), json('/api/conflicts')]);
    expect(reads).toBe(1);
    await world.deliver(changed(11, state('news')));
    world.requests();
    expect((await json<RoutePage>('/api/routes')).total).toBe(1);
    expect(world.requests().total).toBe(0);
  });

  it('a page that is loaded again within the interval costs none', async () => {
    const { world, connect } = await openConsole(rarely);
    const page = await connect();
    await audited(page);
    page.close();
    world.requests();
    const again = await connect();
    await audited(again);
    expect(world.requests().total).toBe(0);
  });
});

describe('an appliance that is away', () => {
  it('is shown with its last data, and answers again', async () => {
    const reachable: (string | undefined)[] = [];
    const { world, connect, json } = await openConsole({ onReachable: (failure) => void reachable.push(failure) });
    await world.deliver(changed(10, state('shop')));
    const page = await connect();
    await audited(page);
    world.appliance.setFaults([{ fault: { type: 'reset', when: 'before' } }]);
    const away = await eventually(
      () => overviewsOf(page).find(({ unreachable }) => unreachable !== undefined),
      'an unreachable appliance',
    );
    expect(away.unreachable).toMatch(/ECONNRESET|connection was closed/);
    expect(away.total).toBe(1);
    expect((await json<RoutePage>('/api/routes')).rows).toMatchObject([{ host: 'shop.example.com' }]);
    expect((await json<ConsoleOverview>('/api/overview')).unreachable).toBeDefined();

    world.appliance.setFaults([]);
    await settles(() => expect(overviewsOf(page).at(-1)).not.toHaveProperty('unreachable'));
    expect(reachable).toEqual([away.unreachable, undefined]);
  });

  it('from the start → status 503, with the reason', async () => {
    const { world, get } = await openConsole();
    world.appliance.setFaults([{ fault: { type: 'reset', when: 'before' } }]);
    const { status, body } = await get('/api/overview');
    expect(status).toBe(503);
    expect(JSON.parse(body).error).toMatch(/^The appliance has not been read yet: .*connection was closed/);
  });

  it('rejects the credentials → no second log in, which could lock the account', async () => {
    let reads = 0;
    const { connect, json, get } = await openConsole({
      intervalMs: 1,
      sources: (world) => ({
        ...sourcesOf(world),
        read: () => {
          reads += 1;
          return Promise.reject(new NitroError('edge: log in', 354, 401, 'Invalid username or password'));
        },
        replays: async () => [],
      }),
    });
    await connect();
    await settles(async () => expect((await get('/api/overview')).status).toBe(503));
    // The loop goes on for the replays.
    await settles(async () => expect(await json('/api/replay')).toEqual({ replays: [] }));
    for (let more = 0; more < 20; more += 1) await get('/api/routes');
    expect(reads).toBe(1);
  });

  it('an audit that fails keeps the findings of the one before, and says why', async () => {
    const { world, connect, json } = await openConsole();
    await world.deliver(changed(10, state('shop')));
    const page = await connect();
    await audited(page);
    world.appliance.setFaults([{ kind: 'nstcpprofile', fault: { type: 'error', code: 2138 } }]);
    const report = await eventually(async () => {
      const found = await json<DriftReport>('/api/drift');
      return found.failed === undefined ? undefined : found;
    }, 'a failed audit');
    expect(report.failed).toContain('nstcpprofile');
    expect(report.at).toBeGreaterThan(0);
    // The clock of the test made the placeholder certificate in 1970.
    expect(report.items.map(({ code }) => code)).toEqual(['PlaceholderExpires']);
    expect(overviewsOf(page).at(-1)).not.toHaveProperty('unreachable');
  });
});
