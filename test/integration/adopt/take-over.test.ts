import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishAll, giveBackAll, restoreUnused, takeOverAll } from '../../../lib/adopt/index.ts';
import { audit, driftIn } from '../../../lib/audit/index.ts';
import { render } from '../../../lib/plan/index.ts';
import { type Backend, named } from '../../conformance/simulator/traffic.ts';
import { look } from '../../support/adoption.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { CLUSTER, changed, state } from '../../support/events.ts';
import { ask } from '../../support/hello.ts';
import { type IncumbentHost, makeIncumbent } from '../../support/incumbent.ts';
import { ALL } from '../../support/patience.ts';

/** What clients see between any two writes of a take-over. */
describe('a take-over', () => {
  let world: World;
  const members = new Map<string, Backend>();
  let check: (() => Promise<void>) | undefined;

  const HOSTS: readonly IncumbentHost[] = [
    { host: 'a.example.com', ingress: 'a', service: 'a', members: ['10.1.0.1'] },
    { host: 'b.example.com', ingress: 'b', service: 'b', members: ['10.1.0.2'] },
    { host: '*.example.com', ingress: 'wild', service: 'wild', members: ['10.1.0.3'] },
  ];
  const STATES = [
    state('a', { service: 'a', members: ['10.1.0.1'] }),
    state('b', { service: 'b', members: ['10.1.0.2'] }),
    state('wild', { service: 'wild', hosts: ['*.example.com'], members: ['10.1.0.3'] }),
  ];

  beforeEach(async () => {
    for (const last of [1, 2, 3]) members.set(`10.1.0.${last}`, await named(`member-${last}`));
    check = undefined;
    seen.length = 0;
    world = await startWorld({
      settings: { drainSeconds: 300 },
      appliance: { resolveMember: async ({ address }) => members.get(address)?.endpoint },
      between: (transport) => async (call) => {
        const answer = await transport(call);
        if (call.method !== 'GET' && !/login|batchapi/.test(call.path)) await check?.();
        return answer;
      },
    });
    await makeIncumbent(world.client, { hosts: HOSTS });
  });
  afterEach(async () => {
    await world.stop();
    for (const member of members.values()) await member.stop();
  });

  const answer = async (host: string): Promise<string> => {
    const place = world.appliance.frontends.get('192.0.2.10:443');
    return place === undefined ? 'nothing' : ask(place, host);
  };
  const seen: string[] = [];
  const answers = (): Promise<string[]> =>
    Promise.all(
      ['a.example.com', 'b.example.com', 'x.example.com'].map(async (host) => `${host} ${await answer(host)}`),
    );
  const watch = (): void => {
    check = async () => {
      seen.push(...(await answers()));
    };
  };
  const ALWAYS = ['a.example.com member-1', 'b.example.com member-2', 'x.example.com member-3'];
  const foreign = (): string[] =>
    world.appliance
      .runningConfig()
      .split('\n')
      .filter((line) => /k8s-/.test(line))
      .sort();

  it('takes all over, and hands the front end over: every name goes to its back end between any two writes', async () => {
    watch();
    const first = await look(world, STATES);
    expect(first.verdict.hosts.map(({ host, state: is }) => [host, is])).toEqual([
      ['*.example.com', 'ready'],
      ['a.example.com', 'ready'],
      ['b.example.com', 'ready'],
    ]);
    await takeOverAll(first.context, first.incumbent, first.candidates, first.in('ready'));
    const taken = await look(world, STATES);
    expect(taken.in('taken-over')).toHaveLength(3);
    expect(taken.verdict.frontends).toMatchObject([{ step: 'shared', hindrances: [] }]);
    expect(await finishAll(taken.context, taken.incumbent, taken.candidates, STATES)).toMatchObject([{ left: [] }]);
    check = undefined;
    expect([...new Set(seen)].sort()).toEqual(ALWAYS);

    expect(await answer('unknown.test')).toBe('RESET');
    // What is left of the incumbent's are certificates, and nothing that serves.
    expect(foreign().filter((line) => !/certKey/i.test(line))).toEqual([]);
    // The engine finds all as it should be, and the audit finds nothing.
    const { changes } = await world.deliver(
      ...STATES.map((one, index) => changed(2_000_000 + index, one, { verify: ['appliance'] })),
    );
    expect(changes.map(render)).toEqual([]);
    const settings = { appliance: 'appliance', systemId: 'nsp', clusters: [CLUSTER], drainSeconds: 300 } as const;
    const report = await audit(world.engine.reader, { ...settings, saveAfterSeconds: 'never' }, world.engine.now());
    expect(driftIn(report.findings)).toEqual([]);
  });

  it('new connections are ours as soon as a host is taken over', async () => {
    const first = await look(world, STATES);
    const [verdict] = first.in('ready').filter(({ host }) => host === 'a.example.com');
    await takeOverAll(first.context, first.incumbent, first.candidates, verdict === undefined ? [] : [verdict]);
    const before = await hits();
    await answer('a.example.com');
    await answer('b.example.com');
    expect(await hits()).toEqual({ ours: before.ours + 1, theirs: before.theirs + 1 });
  });

  it('an audit beside an adoption requests no removal, and reports no object of the incumbent’s', async () => {
    const first = await look(world, STATES);
    const [one] = first.in('ready').filter(({ host }) => host === 'a.example.com');
    await takeOverAll(first.context, first.incumbent, first.candidates, one === undefined ? [] : [one]);
    const before = world.appliance.runningConfig();
    const settings = { appliance: 'appliance', systemId: 'nsp', clusters: [CLUSTER], drainSeconds: 300 } as const;
    const { findings } = await audit(
      world.engine.reader,
      { ...settings, saveAfterSeconds: 'never' },
      world.engine.now(),
    );
    expect(findings.map(({ object }) => object).filter((object) => /k8s-|nsp-adopt|nsp_a_/.test(object))).toEqual([]);
    expect(world.appliance.runningConfig()).toBe(before);
  });

  /** Connections that our balancing servers and those of the incumbent's have received. */
  const hits = async (): Promise<{ ours: number; theirs: number }> => {
    const rows = await world.client.statistics('lbvserver');
    const sum = (prefix: string): number =>
      rows.filter(({ name }) => String(name).startsWith(prefix)).reduce((all, row) => all + Number(row.tothits), 0);
    return { ours: sum('nsp-'), theirs: sum('k8s-') };
  };

  /** Runs an action, of which the answer to one write is lost. @returns whether there was such a write. */
  async function interrupted(at: number, action: () => Promise<unknown>): Promise<boolean> {
    let write = 0;
    let lost = false;
    check = async () => {
      seen.push(...(await answers()));
      write += 1;
      if (write !== at) return;
      lost = true;
      throw new Error('the answer is lost');
    };
    await action().catch((error: unknown) => {
      if (!lost) throw error;
    });
    return lost;
  }
  async function takeAll(): Promise<void> {
    const now = await look(world, STATES);
    await takeOverAll(now.context, now.incumbent, now.candidates, now.in('ready'));
  }
  async function finish(): Promise<void> {
    const now = await look(world, STATES);
    await finishAll(now.context, now.incumbent, now.candidates, STATES);
  }
  async function goBack(): Promise<void> {
    const now = await look(world, STATES);
    await giveBackAll(now.context, now.incumbent, now.candidates, now.in('taken-over'));
    await restoreUnused(now.context);
  }
  const points = (every: readonly number[], some: readonly number[]): readonly number[] => (ALL ? every : some);
  const FIRST_WRITES = Array.from({ length: 60 }, (_, index) => index + 1);

  it.each(points(FIRST_WRITES, [5, 17]))(
    'interrupted behind write %i → the same command continues, to the end',
    async (at) => {
      if (!(await interrupted(at, takeAll))) return;
      await interrupted(0, takeAll);
      expect((await look(world, STATES)).in('taken-over')).toHaveLength(3);
      await interrupted(0, finish);
      check = undefined;
      expect([...new Set(seen)].sort()).toEqual(ALWAYS);
      expect(foreign().filter((line) => !/certKey/i.test(line))).toEqual([]);
    },
  );

  it.each(points(FIRST_WRITES, [12]))('interrupted behind write %i → everything can be given back', async (at) => {
    const before = foreign();
    if (!(await interrupted(at, takeAll))) return;
    await interrupted(0, goBack);
    check = undefined;
    expect([...new Set(seen)].sort()).toEqual(ALWAYS);
    expect(foreign()).toEqual(before);
  });

  it.each(points(FIRST_WRITES, [9]))('a way back that is interrupted behind write %i continues', async (at) => {
    const before = foreign();
    await takeAll();
    if (!(await interrupted(at, goBack))) return;
    await interrupted(0, goBack);
    check = undefined;
    expect([...new Set(seen)].sort()).toEqual(ALWAYS);
    expect(foreign()).toEqual(before);
  });

  it.each(points(FIRST_WRITES, [3]))('a last step that is interrupted behind write %i continues', async (at) => {
    await takeAll();
    if (!(await interrupted(at, finish))) return;
    await interrupted(0, finish);
    check = undefined;
    expect([...new Set(seen)].sort()).toEqual(ALWAYS);
    expect(foreign().filter((line) => !/certKey/i.test(line))).toEqual([]);
    expect(world.appliance.runningConfig()).not.toMatch(/nsp_a_|nsp-adopt/);
  });

  it('goes back until the last step: the incumbent’s configuration is as it was', async () => {
    const before = foreign();
    watch();
    const first = await look(world, STATES);
    await takeOverAll(first.context, first.incumbent, first.candidates, first.in('ready'));
    const taken = await look(world, STATES);
    await giveBackAll(taken.context, taken.incumbent, taken.candidates, taken.in('taken-over'));
    expect(await restoreUnused(taken.context)).toEqual(['k8s-192.0.2.10_443_ssl']);
    check = undefined;
    expect([...new Set(seen)].sort()).toEqual(ALWAYS);
    expect(foreign()).toEqual(before);
    const last = await look(world, STATES);
    expect(last.in('ready')).toHaveLength(3);
    expect(last.verdict.frontends).toMatchObject([{ step: 'theirs' }]);
  });
});
