import { connect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { type EndpointMap, endpointKey, type SimulatedEndpoint } from './endpoint-map.ts';

/** An address and port that is probed. */
interface Target {
  readonly address: string;
  readonly port: number;
  uses: number;
  secure: boolean;
  intervalMs: number;
  timeoutMs: number;
  state: 'UP' | 'DOWN' | 'UNKNOWN';
  since: number;
  nextProbe: number;
  probing: boolean;
  queued: boolean;
}

export interface ProbeSettings {
  readonly secure: boolean;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

export const DEFAULT_PROBE: ProbeSettings = { secure: false, intervalMs: 5_000, timeoutMs: 2_000 };

interface ProbeClock {
  /** Returns milliseconds since the epoch, for times that are shown. */
  readonly now: () => number;
  /** Returns milliseconds from any start, for when the next probe is due. */
  readonly monotonic: () => number;
}

/** Limit of probes that run at the same time. */
const MAX_CONCURRENT_PROBES = 64;
const TICK_MS = 250;

function probe(endpoint: SimulatedEndpoint, { secure, timeoutMs }: ProbeSettings): Promise<boolean> {
  return new Promise((resolve) => {
    const socket: Socket = secure
      ? tlsConnect({ host: endpoint.host, port: endpoint.port, rejectUnauthorized: false })
      : connect(endpoint);
    const end = (up: boolean): void => {
      socket.destroy();
      resolve(up);
    };
    socket.setTimeout(timeoutMs, () => end(false));
    socket.once(secure ? 'secureConnect' : 'connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('close', () => resolve(false));
  });
}

/**
 * The monitors: opens a connection (with a TLS handshake, for a secure monitor) to each member whose local address is
 * known. A member with an unknown address is UP if it can be resolved, which happens at its first connection.
 */
export class Health {
  readonly #endpoints: EndpointMap;
  readonly #now: () => number;
  readonly #monotonic: () => number;
  readonly #targets = new Map<string, Target>();
  readonly #changed: (address: string, port: number) => void;
  readonly #probed = new Set<Target>();
  readonly #queue: Target[] = [];
  #timer: NodeJS.Timeout | undefined;
  #probing = 0;
  #waking = false;

  constructor(endpoints: EndpointMap, clock: ProbeClock, changed: (address: string, port: number) => void) {
    this.#endpoints = endpoints;
    this.#now = clock.now;
    this.#monotonic = clock.monotonic;
    this.#changed = changed;
  }

  watch(address: string, port: number, settings: ProbeSettings): void {
    const key = endpointKey(address, port);
    const target = this.#targets.get(key);
    if (target !== undefined) {
      target.uses += 1;
      Object.assign(target, settings);
      return;
    }
    const added: Target = {
      address,
      port,
      uses: 1,
      ...settings,
      state: 'UNKNOWN',
      since: this.#now(),
      nextProbe: 0,
      probing: false,
      queued: false,
    };
    this.#targets.set(key, added);
    this.#enqueue(added);
  }

  unwatch(address: string, port: number): void {
    const key = endpointKey(address, port);
    const target = this.#targets.get(key);
    if (target === undefined) return;
    target.uses -= 1;
    if (target.uses > 0) return;
    this.#targets.delete(key);
    this.#probed.delete(target);
  }

  /** Changes the probe settings of an address, because other monitors were bound, and probes at once. */
  adjust(address: string, port: number, settings: ProbeSettings): void {
    const target = this.#targets.get(endpointKey(address, port));
    if (target === undefined) return;
    Object.assign(target, settings);
    this.#enqueue(target);
  }

  /** Returns the state that is shown: a member that was not probed yet is DOWN. */
  state(address: string, port: number): 'UP' | 'DOWN' {
    if (this.#endpoints.known(address, port) === undefined) return this.#endpoints.canResolve ? 'UP' : 'DOWN';
    return this.#targets.get(endpointKey(address, port))?.state === 'UP' ? 'UP' : 'DOWN';
  }

  /** Returns whether to try a connection: the address is not known to be DOWN. */
  usable(address: string, port: number): boolean {
    if (this.#endpoints.known(address, port) === undefined) return this.#endpoints.canResolve;
    return this.#targets.get(endpointKey(address, port))?.state !== 'DOWN';
  }

  since(address: string, port: number): number {
    return this.#targets.get(endpointKey(address, port))?.since ?? this.#now();
  }

  /** Records that a real connection succeeded or failed, which counts as a probe. */
  report(address: string, port: number, up: boolean): void {
    const target = this.#targets.get(endpointKey(address, port));
    if (target !== undefined) this.#set(target, up);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#targets.clear();
    this.#probed.clear();
    this.#queue.length = 0;
  }

  /** Starts to probe a member whose local address became known. */
  endpointKnown(address: string, port: number): void {
    const target = this.#targets.get(endpointKey(address, port));
    if (target !== undefined) this.#enqueue(target);
  }

  #enqueue(target: Target): void {
    if (target.queued || target.probing || this.#endpoints.known(target.address, target.port) === undefined) return;
    target.queued = true;
    this.#queue.push(target);
    this.#probed.add(target);
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS).unref();
    if (this.#waking) return;
    this.#waking = true;
    setImmediate(() => {
      this.#waking = false;
      this.#drain();
    });
  }

  #tick(): void {
    const now = this.#monotonic();
    for (const target of this.#probed) if (target.nextProbe <= now) this.#enqueue(target);
  }

  /** Starts as many probes as may run at the same time; each end starts the next. */
  #drain(): void {
    while (this.#probing < MAX_CONCURRENT_PROBES) {
      const target = this.#queue.shift();
      if (target === undefined) return;
      target.queued = false;
      const endpoint = this.#endpoints.known(target.address, target.port);
      if (target.uses <= 0 || endpoint === undefined) continue;
      target.probing = true;
      target.nextProbe = this.#monotonic() + target.intervalMs;
      this.#probing += 1;
      void probe(endpoint, target).then((up) => {
        this.#probing -= 1;
        target.probing = false;
        if (target.uses > 0) this.#set(target, up);
        this.#drain();
      });
    }
  }

  #set(target: Target, up: boolean): void {
    const state = up ? 'UP' : 'DOWN';
    if (target.state === state) return;
    target.state = state;
    target.since = this.#now();
    this.#changed(target.address, target.port);
  }
}
