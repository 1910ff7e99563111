import type { ReceivedEvent, ResyncRequested } from '../../lib/contract/index.ts';
import { createTransport, KeptParts, NitroClient, NitroSession, type Transport } from '../../lib/nitro/index.ts';
import {
  type BatchReport,
  type Engine,
  type EngineSettings,
  JudgedStates,
  type RequestResync,
  reconcile,
} from '../../lib/reconcile/index.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../lib/simulator/index.ts';
import { patient } from './patience.ts';

/** Matches objects that exist once per system and are never removed. */
const SYSTEM = /^add (ns tcpProfile|ssl certKey|ssl policy nsp-reset|responder policy nsp-reset-http) /;

/** For batches whose requests nobody hears. */
export const askNobody: RequestResync = async () => {};

/** The real engine, wherever its appliance is. */
export interface EngineAt {
  readonly engine: Engine;
  /** Client that the engine reads and writes with. */
  readonly client: NitroClient;
  /** Bare calls over the same session. */
  readonly session: Pick<NitroSession, 'request'>;
  /** Delivers one batch. */
  deliver(...events: ReceivedEvent[]): Promise<BatchReport & { readonly resync: readonly ResyncRequested[] }>;
  /** All resyncs that the engine requested. */
  readonly asked: readonly ResyncRequested[];
}

/** The real engine against the simulator. */
export interface World extends EngineAt {
  readonly appliance: Simulator;
  /** Lines of ours in the running configuration; without the ledger unless asked. */
  config(options?: { ledger?: boolean }): string[];
  /** Requests that the engine sent since the last call. */
  requests(): { total: number; writes: number };
  stop(): Promise<void>;
}

export interface EngineOptions {
  readonly settings?: Partial<EngineSettings>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Stands between engine and appliance. */
  readonly between?: (transport: Transport) => Transport;
}

export interface WorldOptions extends EngineOptions {
  readonly appliance?: SimulatorOptions;
}

/** Makes an engine for the appliance at this address. */
export function engineAt(url: string, options: EngineOptions = {}): EngineAt {
  const direct = createTransport(url, { verify: true }, patient(30_000));
  const session = new NitroSession({
    name: 'appliance',
    transports: [options.between?.(direct) ?? direct],
    credentials: async () => ({ username: 'nsroot', password: 'nsroot' }),
    idleSeconds: 300,
    backoff: {
      attempts: 1,
      baseMs: 1,
      maxMs: 1,
      random: () => 0,
      sleep: async () => {},
      remainingMs: () => Number.POSITIVE_INFINITY,
    },
  });
  const client = new NitroClient(session);
  const asked: ResyncRequested[] = [];
  const now = options.now ?? (() => 1_000_000);
  const settings: EngineSettings = {
    appliance: 'appliance',
    systemId: 'nsp',
    filter: {},
    rules: { hostOwnership: [], ipsets: [] },
    policy: 'sync',
    drainSeconds: 0,
    prune: { percent: 100, minimum: 1_000_000 },
    ...options.settings,
  };
  const engine: Engine = {
    reader: client,
    writer: client,
    now,
    kept: new KeptParts(now, () => session.opened),
    judged: new JudgedStates(),
    settings,
  };
  return {
    engine,
    client,
    session,
    asked,
    async deliver(...events) {
      const before = asked.length;
      const report = await reconcile(engine, events, async (requests) => {
        asked.push(...requests);
      });
      return { ...report, resync: asked.slice(before) };
    },
  };
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const appliance = await startSimulator(options.appliance);
  return {
    ...engineAt(appliance.url, options),
    appliance,
    config: ({ ledger = false } = {}) =>
      appliance
        .runningConfig()
        .split('\n')
        .filter((line) => /nsp[-_]/.test(line) && (ledger || !/nsp_l_/.test(line)))
        .filter((line) => !SYSTEM.test(line)),
    requests() {
      const { total, writes } = appliance.requests;
      appliance.requests.reset();
      return { total, writes };
    },
    stop: () => appliance.stop(),
  };
}

/** Returns the hosts in the front-end maps: host → back-end id. */
export function hostsOf(world: World): Map<string, string> {
  const hosts = new Map<string, string>();
  for (const line of world.config()) {
    const match = /^bind policy stringmap nsp_f_(\S+) "?([a-z0-9*][^\s"]*)"? "?([^\s"]+)"?/.exec(line);
    if (match !== null) hosts.set(match[2] as string, match[3] as string);
  }
  return hosts;
}
