import type { Socket } from 'node:net';
import { createServer, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishAll, giveBackAll, restoreUnused, takeOverAll } from '../../../lib/adopt/index.ts';
import type { IngressState } from '../../../lib/contract/index.ts';
import type { SimulatedEndpoint } from '../../../lib/simulator/index.ts';
import { BACK_END_CERTIFICATE, BACK_END_KEY } from '../../conformance/simulator/pem.ts';
import { look } from '../../support/adoption.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { state } from '../../support/events.ts';
import { makeIncumbent } from '../../support/incumbent.ts';
import { ALL, patient } from '../../support/patience.ts';

/** Hosts that are taken over, connections that are open meanwhile, and clients that open others all the time. */
const HOSTS = ALL ? 200 : 12;
const OPEN = ALL ? 1_000 : 60;
const STEADY = 4;

const hostOf = (index: number): string => `h${index}.example.com`;
const memberOf = (index: number): string => `10.1.${Math.floor(index / 200)}.${(index % 200) + 1}`;

/** A TLS server of each host, which says which one it is. */
interface Members {
  readonly endpoints: ReadonlyMap<string, SimulatedEndpoint>;
  stop(): Promise<void>;
}

async function startMembers(): Promise<Members> {
  const endpoints = new Map<string, SimulatedEndpoint>();
  const sockets = new Set<Socket>();
  const servers = await Promise.all(
    Array.from({ length: HOSTS }, async (_, index) => {
      const server = createServer({ key: BACK_END_KEY, cert: BACK_END_CERTIFICATE }, (socket) => {
        socket.on('error', () => undefined);
        socket.write(`${hostOf(index)}\n`);
        socket.pipe(socket);
      });
      server.on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.once('close', () => sockets.delete(socket));
      });
      server.on('tlsClientError', () => undefined);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as { port: number };
      endpoints.set(memberOf(index), { host: '127.0.0.1', port });
      return server;
    }),
  );
  return {
    endpoints,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** Connects, and returns the name that the server says. */
function greet(place: SimulatedEndpoint, servername: string): Promise<{ socket: TLSSocket; name: string }> {
  return new Promise((resolve, reject) => {
    const socket = tlsConnect({ ...place, servername, rejectUnauthorized: false });
    socket.once('data', (data: Buffer) => resolve({ socket, name: data.toString().trim() }));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
}

/** Sends a text and waits for its echo. */
function echoes(socket: TLSSocket, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve(false);
    socket.once('data', (data: Buffer) => resolve(data.toString() === text));
    socket.once('close', () => resolve(false));
    socket.write(text);
  });
}

/** Clients that open one connection after the other, to every host in turn. */
class SteadyClients {
  readonly failures: string[] = [];
  opened = 0;
  #ended = false;
  readonly #running: Promise<void>[];

  constructor(place: SimulatedEndpoint) {
    this.#running = Array.from({ length: STEADY }, async (_, client) => {
      for (let turn = client; !this.#ended; turn += STEADY) {
        const host = hostOf(turn % HOSTS);
        try {
          const { socket, name } = await greet(place, host);
          this.opened += 1;
          if (name !== host) this.failures.push(`${host} reached ${name}`);
          if (!(await echoes(socket, 'x'))) this.failures.push(`${host} did not answer`);
          socket.destroy();
        } catch (error) {
          this.failures.push(`${host}: ${(error as Error).message}`);
        }
      }
    });
  }

  async end(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#running);
  }
}

describe('connections through a take-over', () => {
  let members: Members;
  let world: World;
  let states: IngressState[];
  const held: TLSSocket[] = [];

  beforeEach(async () => {
    members = await startMembers();
    world = await startWorld({
      settings: { drainSeconds: 300 },
      appliance: { resolveMember: async ({ address }) => members.endpoints.get(address) },
    });
    const hosts = Array.from({ length: HOSTS }, (_, index) => index);
    await makeIncumbent(world.client, {
      closes: true,
      hosts: hosts.map((index) => ({ host: hostOf(index), ingress: `i${index}`, members: [memberOf(index)] })),
    });
    states = hosts.map((index) => state(`i${index}`, { hosts: [hostOf(index)], members: [memberOf(index)] }));
  }, patient(60_000));
  afterEach(async () => {
    for (const socket of held.splice(0)) socket.destroy();
    await world.stop();
    await members.stop();
  });

  const place = (): SimulatedEndpoint => {
    const found = world.appliance.frontends.get('192.0.2.10:443');
    if (found === undefined) throw new Error('no front end');
    return found;
  };

  async function hold(count: number): Promise<void> {
    for (let begin = 0; begin < count; begin += 50) {
      const some = Array.from({ length: Math.min(50, count - begin) }, (_, index) => hostOf((begin + index) % HOSTS));
      for (const { socket, name } of await Promise.all(some.map((host) => greet(place(), host)))) {
        expect(some).toContain(name);
        held.push(socket);
      }
    }
  }
  const dropped = async (): Promise<number> => {
    const alive = await Promise.all(held.map((socket) => echoes(socket, 'still there?')));
    return alive.filter((is) => !is).length;
  };
  /** Connections that the incumbent's balancing servers have received. */
  const theirs = async (): Promise<number> => {
    const rows = await world.client.statistics('lbvserver');
    return rows
      .filter(({ name }) => String(name).startsWith('k8s-'))
      .reduce((sum, { tothits }) => sum + Number(tothits), 0);
  };

  it(
    `${OPEN} open and steady new ones, ${HOSTS} hosts taken over and handed over → no failure`,
    async () => {
      await hold(OPEN);
      const steady = new SteadyClients(place());
      const first = await look(world, states);
      expect(first.in('ready')).toHaveLength(HOSTS);
      await takeOverAll(first.context, first.incumbent, first.candidates, first.in('ready'));
      const before = await theirs();
      const taken = await look(world, states);
      const [handed] = await finishAll(taken.context, taken.incumbent, taken.candidates, states);
      await steady.end();
      // All new connections are ours.
      expect(await theirs()).toBeLessThanOrEqual(before + STEADY);
      expect({ failures: steady.failures, dropped: await dropped() }).toEqual({ failures: [], dropped: 0 });
      expect(steady.opened).toBeGreaterThan(HOSTS);
      // What still has connections stays, and goes when they are closed.
      const open = handed?.left.filter(({ leftover }) => leftover.type === 'lbvserver') ?? [];
      expect(open).toHaveLength(Math.min(OPEN, HOSTS));
      expect(open.every(({ reason }) => / open$/.test(reason))).toBe(true);
      for (const socket of held.splice(0)) socket.destroy();
      await expect
        .poll(
          async () => {
            const again = await look(world, states);
            const [result] = await finishAll(again.context, again.incumbent, again.candidates, states);
            return result?.left.length;
          },
          { timeout: patient(20_000) },
        )
        .toBe(0);
      expect(world.appliance.runningConfig()).not.toMatch(/k8s-i\d/);
    },
    patient(ALL ? 300_000 : 60_000),
  );

  it(
    'taken over, and given back → no failure',
    async () => {
      await hold(OPEN / 5);
      const steady = new SteadyClients(place());
      const first = await look(world, states);
      await takeOverAll(first.context, first.incumbent, first.candidates, first.in('ready').slice(0, 10));
      await hold(OPEN / 5);
      const taken = await look(world, states);
      await giveBackAll(taken.context, taken.incumbent, taken.candidates, taken.in('taken-over'));
      await restoreUnused(taken.context);
      await steady.end();
      expect({ failures: steady.failures, dropped: await dropped() }).toEqual({ failures: [], dropped: 0 });
      expect((await look(world, states)).in('ready')).toHaveLength(HOSTS);
    },
    patient(ALL ? 300_000 : 60_000),
  );
});
