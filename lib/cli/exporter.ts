import { Command } from 'commander';
import { CertificateWatch } from '../certificates/index.ts';
import { Exporter } from '../exporter/index.ts';
import { type HttpServer, serve } from '../forwarder/process/http.ts';
import type { HostBackend } from '../status/index.ts';
import { CONTENT_TYPE } from '../telemetry/prometheus.ts';
import { toStandardError } from './appliance-engines.ts';
import {
  type ApplianceTargetOptions,
  CREDENTIALS_HELP,
  type KnownTarget,
  targetOf,
  withApplianceTarget,
} from './appliance-target.ts';
import { HANDSHAKES } from './handshakes.ts';
import { portOption } from './port-option.ts';
import { secondsOption } from './seconds-option.ts';
import { UsageError } from './usage.ts';

interface Options extends ApplianceTargetOptions {
  readonly host: string;
  readonly port: number;
  readonly keep: number;
  readonly hostsInterval: number;
  readonly certificates?: boolean;
  readonly certificatesInterval: number;
}

/** Longest time of one reading, in milliseconds: an appliance that takes longer counts as unreachable. */
const READING_MS = 60_000;

/** `nspass exporter`: counters of an appliance for Prometheus. Reads only. */
export function exporterCommand(): Command {
  const command = new Command('exporter')
    .option('--host <address>', 'address to listen on; others than this machine need 0.0.0.0 or ::', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 for a free one', portOption, 9464)
    .option('--keep <seconds>', 'scrapes within this time of each other share one reading', secondsOption, 10)
    .option('--hosts-interval <seconds>', 'how often to read which host leads to which back end', secondsOption, 300)
    .option('--certificates', 'shake hands with every host through its VIP, and show when its certificate expires')
    .option('--certificates-interval <seconds>', 'how often to look at all certificates', secondsOption, 3600);
  return withApplianceTarget(command)
    .addHelpText(
      'after',
      `
${CREDENTIALS_HELP}

GET /metrics answers in the text format of Prometheus. A scrape reads the appliance in three requests, however many hosts
there are; the appliance is read only when it is scraped. One that does not answer is shown as nspass_up 0, and read again
at the next scrape. docs/exporter.md lists the metrics. There is no log in and no TLS: whoever reaches the port sees the
names of the hosts.

With --certificates, every host gets a TLS handshake through its VIP, a few at a time, which then ends: this machine must
reach the VIPs, and back ends log a connection without a request.

Examples:
  nspass exporter --nitro https://192.0.2.5
  nspass exporter --config appliances.yml --appliance edge --host 0.0.0.0
  nspass exporter --config appliances.yml --port 9465 --keep 30
  nspass exporter --config appliances.yml --certificates

Exit status: 0 after Ctrl-C, 2 for wrong usage.`,
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  const aborted = new AbortController();
  // A failure is reported once by the exporter, not each attempt.
  const target = targetOf(options, { say: () => undefined, signal: aborted.signal });
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  const exporter = exporterOf(target, options);
  const server = await listen(exporter, options);
  process.stdout.write(`metrics of ${target.name}: http://${urlHost(options.host)}:${server.port}/metrics\n`);
  await ended;
  await server.close();
  aborted.abort();
  await target.close().catch(() => undefined);
}

/** @throws {UsageError} for a file of `tls.ca` that is unusable. */
function exporterOf(known: KnownTarget, options: Options): Exporter {
  const { keep, hostsInterval, certificates, certificatesInterval } = options;
  let target: ReturnType<KnownTarget['open']>;
  try {
    target = known.open();
  } catch (error) {
    throw UsageError.of(error);
  }
  return new Exporter({
    appliance: known.name,
    systemId: known.config.systemId,
    reader: target.engine.reader,
    statistics: target.statistics,
    keepMs: keep * 1000,
    hostsMs: hostsInterval * 1000,
    now: () => performance.now(),
    random: Math.random,
    begin: () => target.renew(READING_MS),
    ...(certificates === true ? { certificates: certificateWatch(certificatesInterval * 1000) } : {}),
    onFailure: (error) =>
      toStandardError(error === undefined ? `${known.name} answers again` : (known.gaveUp(error) as Error).message),
  });
}

function certificateWatch(intervalMs: number): CertificateWatch<HostBackend> {
  return new CertificateWatch({ ...HANDSHAKES, intervalMs, now: Date.now, random: Math.random });
}

/** @throws {UsageError} for a port that cannot be used. */
function listen(exporter: Exporter, { host, port }: Options): Promise<HttpServer> {
  return serve(host, port, {
    'GET /metrics': async () => ({ status: 200, type: CONTENT_TYPE, body: await exporter.metrics() }),
    'GET /healthz': () => ({ status: 200, body: 'ok\n' }),
  }).catch((error: unknown) => {
    throw UsageError.of(error);
  });
}

const urlHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);
