import { randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { present } from '../../contract/index.ts';
import type { GatewaySettings } from '../../gateway/index.ts';
import { fullJitter } from '../../retry/full-jitter.ts';
import type { Log } from '../../telemetry/index.ts';
import { CONTENT_TYPE, exposition } from '../../telemetry/prometheus.ts';
import { silentTracing, type Tracing, tracedSource } from '../../tracing/index.ts';
import { createForwarder } from '../forwarder.ts';
import type { Forwarder } from '../interface.ts';
import {
  type ApiAccess,
  clusterUid,
  createApi,
  Election,
  fencedPublisher,
  type KubernetesApi,
  KubernetesReporter,
  KubernetesSource,
  KubernetesStatusWriter,
  LeadershipLost,
  LeaseStore,
  monotonicClock,
  pause,
  type Term,
} from '../kubernetes/index.ts';
import type { OutcomeSource, Publisher, StatusWriter } from '../ports.ts';
import type { SnapshotRequest } from '../publish/snapshot-request.ts';
import { createBus, createOutcomes } from './bus.ts';
import { Collector, type Gc, loopShare } from './collector.ts';
import type { ForwarderConfig } from './config.ts';
import { gcAfterPublish } from './gc-after-publish.ts';
import { type HttpServer, json, type Routes, serve } from './http.ts';
import { type ForwarderGauges, families } from './metrics.ts';
import { unreadiness } from './readiness.ts';
import { Totals } from './totals.ts';

export interface ProcessOptions {
  readonly config: ForwarderConfig;
  readonly access: ApiAccess;
  /** Name of the pod. */
  readonly name: string;
  readonly log: Log;
  readonly env?: NodeJS.ProcessEnv;
  /** Records the events that the bus accepts; default: nothing. */
  readonly tracing?: Tracing;
  /** Replaces EventBridge in tests. */
  readonly publisher?: (signal: AbortSignal) => Publisher;
  /** Replaces SQS in tests. */
  readonly outcomes?: () => OutcomeSource;
}

/** Runs the forwarder as a process: it keeps the cluster in memory, takes part in the election, and runs a forwarder for each term. */
export class LeaderElectedForwarder {
  readonly #options: ProcessOptions;
  readonly #api: KubernetesApi;
  readonly #source: KubernetesSource;
  readonly #election: Election;
  readonly #reporter: KubernetesReporter;
  readonly #publisher: (signal: AbortSignal) => Publisher;
  readonly #outcomes: (() => OutcomeSource) | undefined;
  readonly #stopping = new AbortController();
  readonly #totals = new Totals();
  readonly #collector = new Collector(monotonicClock, (globalThis.gc as Gc | undefined) ?? (() => {}), loopShare());
  readonly #lag = monitorEventLoopDelay({ resolution: 20 });
  readonly #servers: HttpServer[] = [];
  #uid: string | undefined;
  #forwarder: Forwarder | undefined;
  #running: Promise<void> | undefined;

  constructor(options: ProcessOptions) {
    const { config, access, log, name, env = process.env } = options;
    this.#options = options;
    this.#api = createApi({ access });
    const { idleMs, watchMs, pageSize, nodes } = config.kubernetes;
    this.#source = new KubernetesSource({
      api: this.#api,
      settings: { idleMs, watchMs, pageSize },
      // On a fast machine a whole list is parsed before the collector runs by itself.
      pageRead: this.#collector.collect,
      ...(nodes ? {} : { without: ['Node'] }),
      podsOnly: config.ingress.podAddressesForNodePort,
      gateways: config.gateway.enabled,
      log,
    });
    const { name: leaseName, namespace = access.namespace ?? 'default', durationMs } = config.lease;
    this.#election = new Election({
      lease: new LeaseStore({ api: this.#api, namespace, name: leaseName, timeoutMs: durationMs / 5 }),
      identity: `${name}_${randomBytes(4).toString('hex')}`,
      settings: {
        durationMs,
        deadlineMs: durationMs * 0.7,
        renewMs: durationMs / 5,
        retryMs: Math.min(1_000, durationMs / 10),
      },
      log,
    });
    this.#reporter = new KubernetesReporter({
      api: this.#api,
      ...config.report,
      uid: (ref) => this.#source.uid(ref),
      instance: name,
      log,
    });
    this.#publisher = options.publisher ?? createBus(config, env, options.tracing);
    this.#outcomes = options.outcomes ?? createOutcomes(config, env, log);
  }

  /** Resolves when the process answers requests, before it leads. */
  async start(): Promise<void> {
    const { host, port, adminPort } = this.#options.config.http;
    this.#servers.push(await serve(host, port, this.#routes()));
    this.#servers.push(await serve('127.0.0.1', adminPort, this.#adminRoutes()));
    this.#lag.enable();
    this.#source.open();
    this.#running = this.#run();
  }

  /** The ports in use, which the configuration may leave open with 0. */
  get ports(): { readonly http: number; readonly admin: number } {
    return { http: this.#servers[0]?.port ?? 0, admin: this.#servers[1]?.port ?? 0 };
  }

  get leading(): boolean {
    return this.#election.leading;
  }

  /** Publishes the rest, releases the Lease, and ends. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#source.close();
    this.#lag.disable();
    this.#collector.stop();
    await Promise.all(this.#servers.map((server) => server.close()));
    this.#api.close();
  }

  /** Requests a snapshot. @returns whether this replica leads, and so publishes it. */
  snapshot(request: SnapshotRequest): boolean {
    const { reason, ...options } = request;
    this.#forwarder?.snapshot(reason, options);
    return this.#forwarder !== undefined;
  }

  async #run(): Promise<void> {
    const signal = this.#stopping.signal;
    const uid = await this.#identify(signal);
    if (uid === undefined) return;
    await this.#election.run(signal, (term) => this.#lead(uid, term));
  }

  /** @returns undefined where the process is stopped first. */
  async #identify(signal: AbortSignal): Promise<string | undefined> {
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        this.#uid = await clusterUid(this.#api);
        return this.#uid;
      } catch (error) {
        this.#options.log.warn('cannot identify the cluster, retrying', { error });
        const wait = fullJitter(failures, { baseMs: 500, maxMs: 15_000 }, Math.random);
        await pause(monotonicClock, wait, signal);
      }
    }
    return undefined;
  }

  async #lead(uid: string, term: Term): Promise<void> {
    const { config, log, tracing = silentTracing } = this.#options;
    const source = this.#outcomes?.();
    const outcomes = source === undefined ? undefined : tracedSource(source, tracing, Date.now);
    const forwarder = createForwarder({
      cluster: config.cluster,
      clusterUid: uid,
      source: this.#source,
      publisher: gcAfterPublish(fencedPublisher(term, this.#publisher(term.signal)), this.#collector.collect),
      ...present({ outcomes }),
      reporter: this.#reporter,
      ...(config.report.status && config.gateway.enabled ? { statuses: this.#statuses(term) } : {}),
      sequences: term.sequences,
      settings: {
        ...config.ingress,
        ...config.publish,
        gateway: gatewaySettings(config.gateway),
        maxEntryBytes: config.bus.maxEntryBytes,
        snapshotBytes: config.bus.snapshotBytes,
        answerMs: config.outcomes.answerMs,
      },
      log,
    });
    this.#forwarder = forwarder;
    try {
      await forwarder.start();
      await aborted(AbortSignal.any([term.signal, this.#stopping.signal]));
    } finally {
      await forwarder.stop().catch((error: unknown) => {
        // A lost leader cannot release sequences: the next one starts above them.
        if (!(error instanceof LeadershipLost)) log.warn('the forwarder did not stop cleanly', { error });
      });
      this.#totals.add(forwarder.metrics());
      this.#forwarder = undefined;
    }
  }

  #statuses(term: Term): StatusWriter {
    const [{ counts }, { log }] = [this.#reporter, this.#options];
    return new KubernetesStatusWriter({ api: this.#api, assert: () => term.assert(), log, counts });
  }

  #unreadiness(): string[] {
    const metrics = this.#forwarder?.metrics();
    return unreadiness({
      kinds: this.#source.health(),
      staleMs: this.#options.config.kubernetes.staleMs,
      lease: this.#election.problem,
      identified: this.#uid !== undefined,
      leader: metrics === undefined ? undefined : { failures: metrics.failures, started: metrics.synced },
      stopping: this.#stopping.signal.aborted,
    });
  }

  #routes(): Routes {
    return {
      'GET /healthz': () => ({ status: 200, body: 'ok\n' }),
      'GET /readyz': () => {
        const reasons = this.#unreadiness();
        const notes = this.#forwarder?.notes() ?? [];
        const ready = reasons.length === 0;
        return json(ready ? 200 : 503, { ready, reasons, ...(notes.length === 0 ? {} : { notes }) });
      },
      'GET /metrics': () => ({ status: 200, type: CONTENT_TYPE, body: exposition(families(this.#gauges())) }),
    };
  }

  #adminRoutes(): Routes {
    return {
      'POST /snapshot': (query) => {
        const request = {
          reason: 'operator',
          flagged: true,
          confirmed: query.get('confirmed') === 'true',
          takesOver: query.get('take-over') === 'true',
          verify: query.getAll('verify').filter((appliance) => appliance !== ''),
        };
        if (this.snapshot(request)) return json(202, { accepted: true });
        return json(409, { accepted: false, leader: this.#election.holder });
      },
    };
  }

  #gauges(): ForwarderGauges {
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const metrics = this.#forwarder?.metrics();
    return {
      kinds: this.#source.health(),
      leading: this.#election.leading,
      terms: this.#election.terms,
      ready: this.#unreadiness().length === 0,
      forwarder: metrics === undefined ? undefined : this.#totals.with(metrics),
      reports: this.#reporter.counts,
      process: {
        residentBytes: rss,
        heapBytes: heapUsed,
        cpuSeconds: (user + system) / 1e6,
        startSeconds: Date.now() / 1_000 - process.uptime(),
        eventLoopLagSeconds: this.#lag.count === 0 ? 0 : this.#lag.percentile(99) / 1e9,
        eventLoopLagMaxSeconds: this.#lag.count === 0 ? 0 : this.#lag.max / 1e9,
      },
    };
  }
}

const gatewaySettings = ({ controllerName, httpsListeners }: ForwarderConfig['gateway']): GatewaySettings => ({
  controller: controllerName,
  https: httpsListeners === 'reset',
});

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
