import type { ApiRequest, KubernetesApi } from '../../../../lib/forwarder/kubernetes/api.ts';
import { Election } from '../../../../lib/forwarder/kubernetes/election.ts';
import type { ElectionSettings } from '../../../../lib/forwarder/kubernetes/election-settings.ts';
import { LeaseStore } from '../../../../lib/forwarder/kubernetes/lease.ts';
import type { Term } from '../../../../lib/forwarder/kubernetes/term.ts';
import type { Clock } from '../../../../lib/forwarder/ports.ts';
import { memoryLog } from '../../../support/memory-log.ts';
import { type Fate, suffer } from './lease-api.ts';

/** A process that can be stopped in its tracks: its timers come late, its requests not at all after a crash. */
class Host implements Clock, KubernetesApi {
  readonly #clock: Clock;
  readonly #api: KubernetesApi;
  #late: (() => void)[] = [];
  frozen = false;
  crashed = false;
  /** What becomes of its requests. */
  fate: () => Fate = () => 'served';

  constructor(clock: Clock, api: KubernetesApi) {
    this.#clock = clock;
    this.#api = api;
  }

  readonly now = (): number => this.#clock.now();

  after(ms: number, callback: () => void) {
    return this.#clock.after(ms, () => {
      if (this.frozen) this.#late.push(callback);
      else callback();
    });
  }

  call<T>(request: ApiRequest): Promise<T> {
    return suffer(this.crashed ? 'hangs' : this.fate(), () => this.#api.call<T>(request));
  }

  stream(request: ApiRequest): Promise<AsyncIterable<Buffer>> {
    return this.#api.stream(request);
  }

  close(): void {}

  thaw(): void {
    this.frozen = false;
    for (const callback of this.#late.splice(0)) callback();
  }
}

/** A replica that leads until its term or it is over. */
export class Replica {
  readonly name: string;
  readonly election: Election;
  readonly log = memoryLog();
  readonly host: Host;
  readonly #stop = new AbortController();
  readonly done: Promise<void>;
  term: Term | undefined;

  constructor(name: string, api: KubernetesApi, clock: Clock, settings: Partial<ElectionSettings> = {}) {
    this.name = name;
    this.host = new Host(clock, api);
    this.election = new Election({
      lease: new LeaseStore({ api: this.host, namespace: 'nspass', name: 'forwarder', timeoutMs: 2_000 }),
      identity: name,
      settings,
      clock: this.host,
      now: this.host.now,
      random: () => 0.5,
      log: this.log,
    });
    this.done = this.election.run(this.#stop.signal, async (term) => {
      this.term = term;
      const over = AbortSignal.any([term.signal, this.#stop.signal]);
      await new Promise<void>((resolve) => {
        if (over.aborted) resolve();
        else over.addEventListener('abort', () => resolve(), { once: true });
      });
      this.term = undefined;
    });
  }

  stop(): Promise<void> {
    this.#stop.abort();
    return this.done;
  }

  /** Whether it would publish at this very moment. */
  get publishes(): boolean {
    if (this.host.crashed || this.host.frozen || this.term === undefined) return false;
    try {
      this.term.assert();
      return true;
    } catch {
      return false;
    }
  }
}
