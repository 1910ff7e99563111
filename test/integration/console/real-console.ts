import { audit } from '../../../lib/audit/index.ts';
import {
  type ConsoleServer,
  type ConsoleSources,
  ConsoleWatch,
  loadAssets,
  startConsoleServer,
} from '../../../lib/console/index.ts';
import { namesOf } from '../../../lib/netscaler/index.ts';
import { readStatusInput } from '../../../lib/status/index.ts';
import type { World } from '../../support/engine.ts';

/** The real server of the console, with the real page. */
export interface RealConsole {
  readonly server: ConsoleServer;
  stop(): Promise<void>;
}

/** Starts the console for a simulated appliance, which the real engine writes. */
export async function startRealConsole(world: World): Promise<RealConsole> {
  const sources: ConsoleSources = {
    appliance: 'edge',
    configured: 'edge',
    names: namesOf('nsp'),
    read: () => readStatusInput(world.client, 'nsp', world.client),
    audit: async () => {
      const settings = { appliance: 'edge', systemId: 'nsp', clusters: [], drainSeconds: 0, saveAfterSeconds: 60 };
      return (await audit(world.client, settings, Date.now())).findings;
    },
  };
  const watch = new ConsoleWatch({
    sources,
    intervalMs: 200,
    auditIntervalMs: 200,
    now: Date.now,
    random: () => 0,
  });
  const server = await startConsoleServer({ port: 0, watch, sources, assets: await loadAssets() });
  return {
    server,
    async stop() {
      watch.stop();
      await server.close();
    },
  };
}
