import { fullJitter } from '../../retry/full-jitter.ts';
import type { Log } from '../../telemetry/index.ts';
import type { Clock } from '../ports.ts';
import type { KubernetesApi } from './api.ts';
import { pause } from './pause.ts';
import { askGatewayApi, type ServedGatewayApi } from './served-gateway-api.ts';

export interface GatewayDiscoveryOptions {
  readonly api: KubernetesApi;
  /** Takes what is served, undefined for nothing: once after the first answer or failure, then when it changes. */
  readonly changed: (served: ServedGatewayApi | undefined) => void;
  /** Time between two questions, in milliseconds. */
  readonly intervalMs?: number;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
}

const INTERVAL_MS = 30_000;
const RETRY = { baseMs: 500, maxMs: 15_000 };
/** Answers in a row that must say that served kinds are gone: a server that starts knows no CRDs for a moment. */
const ABSENCES = 3;
const ABSENT_AGAIN_MS = 2_000;

/**
 * Asks the API server again and again whether it serves the Gateway API, so that CRDs may appear and vanish while the
 * forwarder runs. Every authenticated user has this right (`system:discovery`).
 *
 * | answer | action |
 * |---|---|
 * | all needed kinds in `v1` | served; ReferenceGrants in `v1`, or else `v1beta1` |
 * | 404, or a needed kind is missing | not served; where it was served before, only after three such answers |
 * | any other error | the last answer stays; ask again after a wait with jitter |
 */
export class GatewayDiscovery {
  readonly #options: GatewayDiscoveryOptions;
  #asked = false;
  #served: ServedGatewayApi | undefined;
  #absences = 0;
  #failures = 0;
  #lacking = '';
  #waiting = new AbortController();

  constructor(options: GatewayDiscoveryOptions) {
    this.#options = options;
  }

  /** Whether the server was asked, whatever it answered. */
  get asked(): boolean {
    return this.#asked;
  }

  get served(): boolean {
    return this.#served !== undefined;
  }

  /** Asks at once: a watch of one of the kinds was answered with 404. */
  askNow(): void {
    // Answers that say that everything is gone keep their distance.
    if (this.#absences === 0) this.#waiting.abort();
  }

  /** Never rejects; ends when the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, intervalMs = INTERVAL_MS } = this.#options;
    while (!signal.aborted) {
      const wait = await this.#ask(signal);
      if (signal.aborted) return;
      this.#waiting = new AbortController();
      await pause(clock, wait ?? intervalMs, AbortSignal.any([signal, this.#waiting.signal]));
    }
  }

  /** @returns milliseconds until the next question; undefined for the interval. */
  async #ask(signal: AbortSignal): Promise<number | undefined> {
    const { log, random } = this.#options;
    try {
      const { served, lacking } = await askGatewayApi(this.#options.api, signal);
      this.#say(lacking.join(', '));
      this.#failures = 0;
      if (served === undefined && this.#served !== undefined) {
        this.#absences += 1;
        if (this.#absences < ABSENCES) return ABSENT_AGAIN_MS;
      }
      this.#absences = 0;
      this.#take(served);
      return undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      this.#failures += 1;
      log.warn('cannot ask whether the Gateway API is served, retrying', { error: error as Error });
      if (!this.#asked) this.#take(undefined);
      return 1 + fullJitter(this.#failures, RETRY, random);
    }
  }

  #take(served: ServedGatewayApi | undefined): void {
    const same =
      this.#asked && served?.grantsPath === this.#served?.grantsPath && this.served === (served !== undefined);
    this.#asked = true;
    this.#served = served;
    if (!same) this.#options.changed(served);
  }

  /** Says once that the server has an older Gateway API. */
  #say(lacking: string): void {
    if (lacking !== '' && lacking !== this.#lacking) {
      this.#options.log.warn(
        'the API server serves the Gateway API without kinds that are needed: no TLSRoute is routed, install v1.5 or later of its CRDs',
        { lacking },
      );
    }
    this.#lacking = lacking;
  }
}
