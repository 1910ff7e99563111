import { describe, expect, it } from 'vitest';
import { NitroUnreachable } from '../../../lib/nitro/index.ts';
import { type Fake, failure, fake, get, items, ok, post, refusal, sessionOver } from './fake.ts';

/** Two nodes; a test says which is the primary, and which is down. */
interface Pair {
  primary: 0 | 1 | undefined;
  readonly down: Set<number>;
  readonly nodes: readonly [Fake, Fake];
}

function pair(primary: 0 | 1): Pair {
  const state: { primary: 0 | 1 | undefined; down: Set<number> } = { primary, down: new Set() };
  const node = (index: 0 | 1): Fake =>
    fake(({ path, method }) => {
      if (state.down.has(index)) throw new NitroUnreachable(path, 'ECONNREFUSED', false);
      const isPrimary = state.primary === index;
      if (path === 'config/hanode') {
        const other = state.primary === undefined ? 'UNKNOWN' : isPrimary ? 'Secondary' : 'Primary';
        const own = state.primary === undefined ? 'UNKNOWN' : isPrimary ? 'Primary' : 'Secondary';
        return ok({
          hanode: [
            { id: '0', state: own },
            { id: '1', state: other },
          ],
        });
      }
      // As documented: done, and warned of to whoever asked to be warned.
      if (method !== 'GET' && path.includes('warning=yes') && !isPrimary) {
        return {
          status: 209,
          headers: { 'x-nitro-warning': '1028 - You are connected to a secondary node' },
          body: { errorcode: 1028, message: 'You are connected to a secondary node', severity: 'WARNING' },
        };
      }
      return undefined;
    });
  return Object.assign(state, { nodes: [node(0), node(1)] as const });
}

const over = ({ nodes }: Pair, options = {}) =>
  sessionOver(
    nodes.map(({ transport }) => transport),
    options,
  ).session;

const work = (node: Fake): string[] => node.paths().filter((path) => path.startsWith('config/lbvserver'));

describe('a pair', () => {
  it.each([0, 1] as const)('finds the primary at endpoint %i', async (primary) => {
    const two = pair(primary);
    await over(two).request(post());
    expect(work(two.nodes[primary])).toEqual(['config/lbvserver?warning=yes']);
    expect(work(two.nodes[primary === 0 ? 1 : 0])).toEqual([]);
  });

  it('a single endpoint is not asked who is the primary, nor for warnings', async () => {
    const one = fake();
    await sessionOver([one.transport]).session.request(post());
    expect(one.paths()).toEqual(['config/lbvserver']);
  });

  it('passes an endpoint that is down', async () => {
    const two = pair(1);
    two.down.add(0);
    await over(two).request(post());
    expect(work(two.nodes[1])).toHaveLength(1);
  });

  it('follows a failover that a write is warned of (1028): what the secondary took is written again', async () => {
    const two = pair(0);
    const session = over(two);
    await session.request(post());
    two.primary = 1;
    await session.request(post());
    expect(work(two.nodes[0])).toHaveLength(2);
    expect(work(two.nodes[1])).toHaveLength(1);
    await session.request(post());
    expect(work(two.nodes[0])).toHaveLength(2);
    expect(work(two.nodes[1])).toHaveLength(2);
  });

  it('and one that is refused (368)', async () => {
    let primary = 0;
    const node = (index: number): Fake =>
      fake(({ path }) => {
        if (path === 'config/hanode')
          return ok({ hanode: [{ id: 0, state: primary === index ? 'Primary' : 'Secondary' }] });
        return path.startsWith('config/lbvserver') && primary !== index ? refusal(368) : undefined;
      });
    const nodes = [node(0), node(1)];
    const { session } = sessionOver(nodes.map(({ transport }) => transport));
    await session.request(post());
    primary = 1;
    await session.request(post());
    expect(nodes.map((one) => work(one).length)).toEqual([2, 1]);
  });

  it('a bulk call of which something failed does not warn: the node is asked', async () => {
    let primary = 0;
    const node = (index: number): Fake =>
      fake(({ path }) => {
        const state = primary === index ? 'Primary' : 'Secondary';
        if (path === 'config/hanode') return ok({ hanode: [{ id: '0', state }] });
        return path.startsWith('config/lbvserver') ? items(0, 273) : undefined;
      });
    const nodes = [node(0), node(1)];
    const { session } = sessionOver(nodes.map(({ transport }) => transport));
    expect((await session.request(post())).status).toBe(207);
    expect(nodes.map((one) => work(one).length)).toEqual([1, 0]);
    primary = 1;
    expect((await session.request(post())).status).toBe(207);
    expect(nodes.map((one) => work(one).length)).toEqual([2, 1]);
  });

  it('follows a primary that dies, and keeps the sessions that it has: they are few', async () => {
    const two = pair(0);
    const session = over(two);
    await session.request(get());
    two.down.add(0);
    two.primary = 1;
    await session.request(get());
    two.down.delete(0);
    two.down.add(1);
    two.primary = 0;
    await session.request(get());
    expect(two.nodes.map((node) => node.logins())).toEqual([1, 1]);
    // The attempts that a dead node never saw are among them.
    expect(two.nodes.map((node) => work(node).length)).toEqual([3, 2]);
  });

  it('asks the dead node last: not to be answered takes long', async () => {
    const two = pair(0);
    const session = over(two);
    await session.request(get());
    two.down.add(0);
    two.primary = 1;
    const before = two.nodes[0].calls.length;
    await session.request(get());
    expect(two.nodes[0].calls.length - before).toBe(1);
  });

  it('a node that fails at the question who is the primary is passed', async () => {
    let busy = false;
    const two = pair(1);
    const second = fake((call) => (busy && call.path === 'config/hanode' ? refusal(272) : undefined));
    const { session } = sessionOver([second.transport, two.nodes[1].transport]);
    busy = true;
    await session.request(post());
    expect(work(two.nodes[1])).toHaveLength(1);
    expect(work(second)).toEqual([]);
    expect(second.logins()).toBe(1);
  });

  it('waits while no node is the primary', async () => {
    const two = pair(0);
    two.primary = undefined;
    const { session, clock } = sessionOver(
      two.nodes.map(({ transport }) => transport),
      {
        backoff: {
          attempts: 5,
          baseMs: 100,
          maxMs: 1000,
          random: () => 0.5,
          sleep: async () => {
            two.primary = 1;
          },
          remainingMs: () => 10_000,
        },
      },
    );
    await session.request(post());
    expect(work(two.nodes[1])).toHaveLength(1);
    expect(clock.waits).toEqual([]);
  });

  it('both down: transient, after as many attempts as are allowed', async () => {
    const two = pair(0);
    two.down.add(0).add(1);
    const error = await failure(over(two, { attempts: 3 }).request(post()));
    expect(error).toMatchObject({ transient: true, sent: false });
    expect(two.nodes.map((node) => node.logins())).toEqual([3, 3]);
  });

  it('both secondary to the end: transient, and says so', async () => {
    const two = pair(0);
    two.primary = undefined;
    expect(await failure(over(two).request(post()))).toMatchObject({
      kind: 'secondary',
      transient: true,
      message: 'edge: log in: 368 no endpoint is the primary node',
    });
  });

  it('is asked who is the primary before the partition is switched, and never from within it', async () => {
    const two = pair(1);
    const session = over(two, { partition: 'p1' });
    await session.request(post());
    two.primary = 0;
    await session.request(post());
    const change = 'config/nspartition?action=Switch&warning=yes';
    const write = 'config/lbvserver?warning=yes';
    expect(two.nodes[0].paths()).toEqual(['config/hanode', 'config/logout', 'config/hanode', change, write]);
    expect(two.nodes[1].paths()).toEqual(['config/hanode', change, write, write]);
  });

  it('logs out at both', async () => {
    const two = pair(1);
    const session = over(two);
    await session.request(get());
    await session.logout();
    expect(two.nodes.map((node) => node.paths().at(-1))).toEqual(['config/logout', 'config/logout']);
  });
});
