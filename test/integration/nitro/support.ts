import {
  createTransport,
  type HttpCall,
  NitroClient,
  type NitroClientOptions,
  NitroSession,
  type SessionOptions,
  type Transport,
} from '../../../lib/nitro/index.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../lib/simulator/index.ts';
import { patient } from '../../support/patience.ts';

export interface ConnectOptions extends Partial<SessionOptions> {
  readonly client?: Partial<NitroClientOptions>;
  readonly urls?: readonly string[];
  /** Stands between client and appliance. */
  readonly between?: (transport: Transport) => Transport;
}

/** The client against the simulated appliance. */
export interface Bench {
  readonly appliance: Simulator;
  /** Requests by endpoint, in order: `0 POST config/login`. */
  readonly sent: string[];
  readonly calls: HttpCall[];
  /** Moves the clock of both sides, in milliseconds. */
  readonly advance: (ms: number) => void;
  readonly connect: (options?: ConnectOptions) => { session: NitroSession; client: NitroClient };
  readonly stop: () => Promise<void>;
}

export async function bench(options: SimulatorOptions = {}): Promise<Bench> {
  let now = 1_790_000_000_000;
  const appliance = await startSimulator({ now: () => now, ...options });
  const sent: string[] = [];
  const calls: HttpCall[] = [];
  const sessions: NitroSession[] = [];
  const connect: Bench['connect'] = ({
    client,
    urls = appliance.urls,
    between = (transport: Transport) => transport,
    ...more
  } = {}) => {
    const transports = urls.map((url, index) => {
      const direct = between(createTransport(url, { verify: true }, patient(30_000)));
      return (call: HttpCall) => {
        sent.push(`${index} ${call.method} ${call.path}`);
        calls.push(call);
        return direct(call);
      };
    });
    const session = new NitroSession({
      name: 'edge',
      transports,
      credentials: async () => ({ username: 'nsroot', password: 'nsroot' }),
      idleSeconds: 300,
      backoff: {
        attempts: 6,
        baseMs: 1000,
        maxMs: 10_000,
        random: () => 0.5,
        sleep: async (ms) => {
          now += ms;
        },
        remainingMs: () => Number.POSITIVE_INFINITY,
      },
      ...more,
    });
    sessions.push(session);
    return { session, client: new NitroClient(session, client) };
  };
  return {
    appliance,
    sent,
    calls,
    connect,
    advance: (ms) => {
      now += ms;
    },
    stop: async () => {
      await Promise.all(sessions.map((session) => session.logout()));
      await appliance.stop();
    },
  };
}
