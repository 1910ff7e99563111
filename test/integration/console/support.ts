import { afterEach } from 'vitest';
import { audit } from '../../../lib/audit/index.ts';
import type { ConsoleChange, ConsoleOverview } from '../../../lib/console/api.ts';
import type { ConsoleSources } from '../../../lib/console/index.ts';
import { namesOf } from '../../../lib/netscaler/index.ts';
import type { SimulatedEndpoint } from '../../../lib/simulator/index.ts';
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

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Ends something after the test, the last one first. */
const afterwards = (close: () => unknown): void => void closing.push(close);

/** Time of every audit, in milliseconds since the epoch: that of the engine's clock. */
const NOW = 1_000_000;

export function sourcesOf(world: World): ConsoleSources {
  return {
    appliance: 'edge',
    configured: 'edge',
    names: namesOf('nsp'),
    read: () => readStatusInput(world.client, 'nsp', world.client),
    audit: async () => {
      const settings = { appliance: 'edge', systemId: 'nsp', clusters: [], drainSeconds: 0, saveAfterSeconds: 60 };
      return (await audit(world.client, settings, NOW)).findings;
    },
  };
}

/** A console of a simulated appliance, with a browser that has a session. */
export interface OpenedConsole extends RunningConsole {
  readonly world: World;
  readonly cookie: string;
  readonly port: number;
  get(path: string): Promise<HttpReply>;
  json<T>(path: string): Promise<T>;
  connect(): Promise<ConnectedPage>;
}

export async function openConsole(
  options: Parameters<typeof startConsole>[1] & {
    readonly sources?: (world: World) => ConsoleSources;
    /** Where simulated members are. */
    readonly map?: ReadonlyMap<string, SimulatedEndpoint>;
  } = {},
): Promise<OpenedConsole> {
  const world = await startWorld(options.map === undefined ? {} : { appliance: { map: options.map } });
  afterwards(() => world.stop());
  const running = await startConsole((options.sources ?? sourcesOf)(world), options);
  afterwards(() => running.stop());
  const cookie = await signIn(running.server.url);
  const { port } = running.server;
  const get = (path: string): Promise<HttpReply> => send(port, path, { headers: { cookie } });
  return {
    ...running,
    world,
    cookie,
    port,
    get,
    json: async (path) => JSON.parse((await get(path)).body),
    async connect() {
      const page = await connectPage(port, cookie);
      afterwards(() => page.close());
      return page;
    },
  };
}

export const overviewsOf = (page: ConnectedPage): ConsoleOverview[] =>
  page.events.flatMap(({ type, data }) => (type === 'overview' ? [data as ConsoleOverview] : []));

export const changesOf = (page: ConnectedPage): ConsoleChange[] =>
  page.events.flatMap(({ type, data }) => (type === 'change' ? [data as ConsoleChange] : []));
