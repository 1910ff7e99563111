import { credentialsSource } from '../aws/secrets.ts';
import { type Sleep, sleep as sleepFor } from '../aws/sleep.ts';
import type { ApplianceConfig } from '../config/appliances.ts';
import {
  createTransport,
  endpointOf,
  KeptParts,
  NitroClient,
  NitroSession,
  type SessionOptions,
  type StatisticsReader,
  type Transport,
} from '../nitro/index.ts';
import { type Engine, type EngineSettings, JudgedStates } from '../reconcile/index.ts';
import type { FailedAttempt } from '../retry/backoff.ts';
import { silentTracing } from '../tracing/index.ts';
import { readCertificateAuthority } from './certificate-authority.ts';
import { engineSettings } from './engine-settings.ts';
import { measured } from './measure.ts';
import { LONGEST_CALL_MS, type Runtime } from './runtime.ts';
import { tracedTransport } from './traced-transport.ts';

/** Dependencies of {@link Engines}. */
export interface EngineRuntime
  extends Pick<Runtime, 'appliances' | 'credentials' | 'random' | 'now' | 'metrics' | 'tracing' | 'callTimeoutMs'> {
  /** Milliseconds at the end of an invocation in which no appliance is called (default: `RESERVE_MS`). */
  readonly reserveMs?: number;
  /** Wraps every transport: a command shows its progress this way. */
  readonly wrap?: (transport: Transport, endpoint: string) => Transport;
  readonly onRetry?: (retry: FailedAttempt) => void;
  /** Waits between two attempts (default: the clock of the machine). */
  readonly sleep?: Sleep;
  /** Ends the calls that are under way, and forbids others but the log out. */
  readonly signal?: AbortSignal;
}

/** Milliseconds for publishing outcomes and for returning the batch. */
const RESERVE_MS = 3_000;
/** Idle time after which the appliance ends a session. It is short, because an appliance has about 20 sessions. */
const SESSION_IDLE_SECONDS = 300;

interface Connection {
  readonly session: NitroSession;
  readonly client: NitroClient;
  readonly kept: KeptParts;
  readonly settings: EngineSettings;
  readonly judged: JudgedStates;
}

/** Holds one session per appliance while the function is warm, and returns engines on them. */
export class Engines {
  readonly #runtime: EngineRuntime;
  readonly #connections = new Map<string, Connection>();
  #deadline = Number.POSITIVE_INFINITY;

  constructor(runtime: EngineRuntime) {
    this.#runtime = runtime;
  }

  /** Returns the counters of an appliance, over the same session as its engine. */
  statisticsOf(appliance: ApplianceConfig): StatisticsReader {
    return this.#connection(appliance).client;
  }

  /**
   * Returns the engine of an appliance, and connects to the appliance at the first call.
   *
   * @param remainingMs time left in this invocation: retries against a busy appliance end before it.
   * @throws {ConfigurationInvalid} when the file of `tls.ca` is unusable.
   */
  engineOf(appliance: ApplianceConfig, remainingMs: number): Engine {
    const { now, reserveMs = RESERVE_MS } = this.#runtime;
    this.#deadline = now() + remainingMs - reserveMs;
    const connection = this.#connection(appliance);
    return {
      reader: connection.client,
      writer: connection.client,
      kept: connection.kept,
      judged: connection.judged,
      now,
      settings: connection.settings,
    };
  }

  /** Returns the bare calls to an appliance, over the same session as its engine. */
  callsOf(appliance: ApplianceConfig): Pick<NitroSession, 'request'> {
    return this.#connection(appliance).session;
  }

  /** Logs out of every appliance. */
  async close(): Promise<void> {
    const connections = [...this.#connections.values()];
    this.#connections.clear();
    await Promise.all(connections.map(({ session }) => session.logout()));
  }

  #connection(appliance: ApplianceConfig): Connection {
    const connection = this.#connections.get(appliance.name) ?? this.#connect(appliance);
    this.#connections.set(appliance.name, connection);
    return connection;
  }

  #connect(appliance: ApplianceConfig): Connection {
    const {
      appliances,
      credentials,
      random,
      now,
      metrics,
      onRetry,
      signal,
      sleep = sleepFor,
      callTimeoutMs = LONGEST_CALL_MS,
      wrap = (transport) => transport,
      tracing = silentTracing,
    } = this.#runtime;
    const { ca, verify, serverName } = appliance.tls;
    const trust = {
      verify,
      ...(ca === undefined ? {} : { ca: readCertificateAuthority(appliance.name, ca) }),
      ...(serverName === undefined ? {} : { serverName }),
    };
    const proxyHeaders = consoleHeaders(appliance);
    const options: SessionOptions = {
      name: appliance.name,
      transports: appliance.endpoints.map((url) => {
        const endpoint = endpointOf(url);
        const about = { appliance: appliance.name, endpoint };
        const transport = tracedTransport(createTransport(url, trust, callTimeoutMs), tracing, about, now);
        return wrap(measured(transport, metrics, appliance, now), endpoint);
      }),
      credentials: (refresh) => credentials.get(appliance, { refresh }),
      credentialsFrom: credentialsSource(appliance),
      idleSeconds: SESSION_IDLE_SECONDS,
      backoff: {
        attempts: 6,
        baseMs: 200,
        maxMs: 5_000,
        random,
        sleep,
        remainingMs: () => this.#deadline - now(),
        ...(onRetry === undefined ? {} : { onRetry }),
      },
      onRequest: ({ code }) => {
        metrics.record('NitroRequests', 1, { appliance: appliance.name });
        if (code !== 0) metrics.record('NitroErrors', 1, { appliance: appliance.name, reason: String(code) });
      },
      ...(signal === undefined ? {} : { signal: () => signal }),
      ...(appliance.partition === undefined ? {} : { partition: appliance.partition }),
      ...(proxyHeaders === undefined ? {} : { proxyHeaders }),
    };
    const session = new NitroSession(options);
    const client = new NitroClient(session, { drainSeconds: appliance.drainSeconds });
    const settings = engineSettings(appliance, appliances);
    const kept = new KeptParts(now, () => session.opened);
    return { session, client, kept, settings, judged: new JudgedStates() };
  }
}

/** Returns the headers that tell the Console which instance a call is for; undefined without a Console. */
function consoleHeaders({ console: proxy }: ApplianceConfig): Record<string, string> | undefined {
  if (proxy === undefined) return undefined;
  const { instanceIp, instanceName, instanceId } = proxy;
  return {
    ...(instanceIp === undefined ? {} : { _MPS_API_PROXY_MANAGED_INSTANCE_IP: instanceIp }),
    ...(instanceName === undefined ? {} : { _MPS_API_PROXY_MANAGED_INSTANCE_NAME: instanceName }),
    ...(instanceId === undefined ? {} : { _MPS_API_PROXY_MANAGED_INSTANCE_ID: instanceId }),
  };
}
