import type { CertificateWatch } from '../certificates/index.ts';
import { NitroError } from '../nitro/index.ts';
import { Poll } from '../retry/poll.ts';
import { type HostBackend, readHostBackends } from '../status/index.ts';
import { exposition, type Family } from '../telemetry/prometheus.ts';
import { type ApplianceTraffic, readTraffic, type TrafficReader } from '../traffic/index.ts';
import { certificateFamilies } from './certificate-families.ts';
import { type Reading, trafficFamilies } from './families.ts';

export interface ExporterOptions extends TrafficReader {
  /** Name of the appliance in its metrics. */
  readonly appliance: string;
  readonly systemId: string;
  /** Milliseconds for which counters that were read are answered again, however often they are asked for. */
  readonly keepMs: number;
  /** Milliseconds after which the hosts are read again. A back end that was not there before has them read at once. */
  readonly hostsMs: number;
  /** Milliseconds; only differences matter. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Called before a reading, to give its calls their time. */
  readonly begin?: () => void;
  /** Called when the appliance begins to fail, and with undefined when it answers again. */
  readonly onFailure?: (error: unknown) => void;
  /** Looks at the certificates of the hosts. */
  readonly certificates?: CertificateWatch<HostBackend>;
}

/** Wait after the appliance rejected user or password, in milliseconds: each attempt counts towards the lock of the account. */
const CREDENTIALS_MS = 10 * 60_000;

/**
 * Reads an appliance for scrapers. Scrapes that come at once, or soon after each other, share one reading, so that several
 * Prometheus servers cost the appliance no more than one. An appliance that fails is shown as `nspass_up 0`, and read less
 * and less often, at least once a minute.
 */
export class Exporter {
  readonly #options: ExporterOptions;
  readonly #poll: Poll<Reading>;
  #hosts: readonly HostBackend[] = [];
  #hostsAt: number | undefined;
  #known: ReadonlySet<string> = new Set();
  #failing = false;
  #readings = 0;
  #failures = 0;
  #lastMs = 0;

  constructor(options: ExporterOptions) {
    this.#options = options;
    this.#poll = new Poll({
      read: () => this.#read(),
      intervalMs: options.keepMs,
      now: options.now,
      random: options.random,
      waitAfter: (error) => (error instanceof NitroError && error.kind === 'credentials' ? CREDENTIALS_MS : undefined),
    });
  }

  /** Returns the metrics as text; never rejects. */
  async metrics(): Promise<string> {
    await this.#poll.poll();
    const { appliance, certificates } = this.#options;
    void certificates?.begin(this.#hosts);
    const { value, failure } = this.#poll;
    const reading = failure === undefined ? value : undefined;
    const family = (name: string, type: Family['type'], help: string, number: number): Family => ({
      name: `nspass_${name}`,
      type,
      help,
      samples: [{ labels: { appliance }, value: number }],
    });
    return exposition([
      family('up', 'gauge', 'Whether the appliance answered.', Number(reading !== undefined)),
      family('reading_seconds', 'gauge', 'Time that the last reading of the appliance took.', this.#lastMs / 1000),
      family('readings_total', 'counter', 'Readings of the appliance.', this.#readings),
      family('readings_failed_total', 'counter', 'Readings of the appliance that failed.', this.#failures),
      ...(reading === undefined ? [] : trafficFamilies(reading, appliance)),
      ...(certificates === undefined ? [] : certificateFamilies(certificates, appliance)),
    ]);
  }

  async #read(): Promise<Reading> {
    const { begin, onFailure, systemId, now } = this.#options;
    const began = now();
    this.#readings += 1;
    try {
      begin?.();
      const traffic = await readTraffic(this.#options, systemId);
      const hosts = await this.#hostsFor(traffic);
      if (this.#failing) onFailure?.(undefined);
      this.#failing = false;
      return { traffic, hosts };
    } catch (error) {
      this.#failures += 1;
      if (!this.#failing) onFailure?.(error);
      this.#failing = true;
      throw error;
    } finally {
      this.#lastMs = now() - began;
    }
  }

  /** Returns the hosts, and reads them if they are old or may lack one. */
  async #hostsFor({ backends }: ApplianceTraffic): Promise<readonly HostBackend[]> {
    const { reader, systemId, hostsMs, now } = this.#options;
    const isNew = backends.some(({ object }) => !this.#known.has(object));
    if (isNew || this.#hostsAt === undefined || now() - this.#hostsAt >= hostsMs) {
      this.#hosts = await readHostBackends(reader, systemId);
      this.#hostsAt = now();
      this.#known = new Set(backends.map(({ object }) => object));
    }
    return this.#hosts;
  }
}
