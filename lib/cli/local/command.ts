import { Command, InvalidArgumentError } from 'commander';
import { CLUSTER_NAME, hostPort } from '../../contract/index.ts';
import { jsonLog, silentLog } from '../../telemetry/index.ts';
import { SPANS_LOST, type Tracing, tracingFromEnvironment } from '../../tracing/index.ts';
import { repeatable } from '../repeatable.ts';
import { screenOf } from '../terminal.ts';
import { UsageError } from '../usage.ts';
import { vipOption } from '../vip-option.ts';
import type { LocalEndpoint } from './backends.ts';
import { addMapping } from './mapping-option.ts';
import { jsonReport, textReport } from './report.ts';
import { startLocalStack } from './stack.ts';

interface LocalOptions {
  readonly map: ReadonlyMap<string, LocalEndpoint>;
  readonly json: boolean;
  readonly state?: string;
  readonly cluster: string;
  readonly defaultVip?: string;
  readonly class?: readonly string[];
  readonly drain: number;
  readonly verbose: boolean;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Expected a whole number of seconds.');
  return value;
}

function clusterName(text: string): string {
  if (CLUSTER_NAME.test(text)) return text;
  throw new InvalidArgumentError(
    'Expected at most 40 characters of a-z, 0-9, "." and "-", with a letter or digit first and last.',
  );
}

/** Explains why a front end cannot listen: another process has the port, or `--map` gives it to two VIPs. */
function listenError(error: NodeJS.ErrnoException & LocalEndpoint, map: LocalOptions['map']): UsageError {
  const sharing = [...map].flatMap(([address, { host, port }]) =>
    host === error.host && port === error.port ? [address] : [],
  );
  if (error.code !== 'EADDRINUSE' || sharing.length < 2)
    return UsageError.of(Object.assign(error, { address: error.host }));
  return new UsageError(
    `--map sends ${sharing.join(' and ')} to ${hostPort(error.host, error.port)}: each front end needs its own port.`,
  );
}

export function localCommand(): Command {
  return new Command('local')
    .argument(
      '<dir>',
      'folder of YAML manifests: Ingresses, Gateways, TLSRoutes, Services, EndpointSlices and what they name',
    )
    .option(
      '--map <address:port=host:port>',
      'local address of a VIP or a member (repeatable); others get a free port and a simulated back end',
      addMapping,
      new Map<string, LocalEndpoint>(),
    )
    .option('--json', 'print one JSON object per line', false)
    .option('--state <dir>', 'folder that keeps archive and appliance between runs')
    .option('--cluster <name>', 'name of the cluster', clusterName, 'local')
    .option('--default-vip <address>', 'VIP for Ingresses without frontend-ip', vipOption)
    .option('--class <name>', 'only this ingress class (repeatable)', repeatable)
    .option('--drain <seconds>', 'seconds that removed back ends keep their connections', seconds, 30)
    .option('-v, --verbose', 'log every component to standard error', false)
    .addHelpText(
      'after',
      `
Traces go to the collector at OTEL_EXPORTER_OTLP_ENDPOINT, if it is set.

Examples:
  nspass local manifests
  nspass local manifests --default-vip 192.0.2.10
  nspass local manifests --map 192.0.2.10:443=127.0.0.1:8443 --state .nspass

Exit status: 0 after Ctrl-C, 2 if a folder or port cannot be used.`,
    )
    .action(async (dir: string, options: LocalOptions) => {
      const write = (line: string): void => void process.stdout.write(`${line}\n`);
      const report = options.json ? jsonReport(write) : textReport(write, screenOf(process.stdout));
      const ended = new Promise<void>((resolve) => {
        process.once('SIGINT', () => resolve());
        process.once('SIGTERM', () => resolve());
      });
      const listenFailed = Promise.withResolvers<never>();
      // The rejection may come before it is awaited.
      listenFailed.promise.catch(() => {});
      const stack = await startLocalStack({
        folder: dir,
        tracing: localTracing(),
        cluster: options.cluster,
        map: options.map,
        drainSeconds: options.drain,
        log: options.verbose ? jsonLog({ level: 'debug' }) : silentLog,
        ingressClasses: options.class ?? [],
        ...(options.defaultVip === undefined ? {} : { defaultVip: options.defaultVip }),
        ...(options.state === undefined ? {} : { stateDir: options.state }),
        onNitro: report.nitro,
        onFrontend: report.frontend,
        onListenError: (error) => listenFailed.reject(listenError(error, options.map)),
        onEvent: report.sent,
        onOutcome: report.outcome,
        onStatus: report.status,
        onProblem: report.problem,
        onSolved: report.solved,
        onSkipped: report.skipped,
        onFinding: report.finding,
        onClassAssumed: report.classAssumed,
      }).catch((error: unknown) => {
        throw UsageError.of(error);
      });
      // A stack that is stopped before it is ready reports nothing.
      stack.ready.then(report.ready, () => {});
      try {
        await Promise.race([ended, listenFailed.promise]);
      } finally {
        await stack.stop();
      }
    });
}

/** @throws {UsageError} if the environment names no usable collector. */
function localTracing(): Tracing {
  try {
    const onLoss = (spans: number, reason: string): void =>
      void process.stderr.write(`${SPANS_LOST}: ${spans}, ${reason}\n`);
    return tracingFromEnvironment({ service: 'nspass-local', intervalMs: 1_000, onLoss });
  } catch (error) {
    throw UsageError.of(error);
  }
}
