import { Command, InvalidArgumentError } from 'commander';
import { CLUSTER_NAME, hostPort } from '../../contract/index.ts';
import { jsonLog, silentLog } from '../../telemetry/index.ts';
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
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('a whole number of seconds is needed.');
  return value;
}

function clusterName(text: string): string {
  if (CLUSTER_NAME.test(text)) return text;
  throw new InvalidArgumentError(
    'at most 40 of a-z, 0-9, "." and "-" are needed, the first and last a letter or digit.',
  );
}

/** A port that another process has, or one of our own front ends: two members may share a place, two VIPs may not. */
function whyRefused(error: NodeJS.ErrnoException & LocalEndpoint, map: LocalOptions['map']): UsageError {
  const sharing = [...map].flatMap(([address, { host, port }]) =>
    host === error.host && port === error.port ? [address] : [],
  );
  if (error.code !== 'EADDRINUSE' || sharing.length < 2)
    return UsageError.of(Object.assign(error, { address: error.host }));
  const place = hostPort(error.host, error.port);
  return new UsageError(`--map has ${sharing.join(' and ')} at ${place}: a front end needs a port of its own.`);
}

export function localCommand(): Command {
  return new Command('local')
    .argument('<dir>', 'folder of YAML manifests: Ingress, IngressClass, Service, EndpointSlice, Node')
    .option(
      '--map <address:port=host:port>',
      'where a VIP or a member lives on this machine (repeatable); others get a free port and a simulated back end',
      addMapping,
      new Map<string, LocalEndpoint>(),
    )
    .option('--json', 'one JSON object a line', false)
    .option('--state <dir>', 'keep archive and appliance between runs')
    .option('--cluster <name>', 'name of the cluster', clusterName, 'local')
    .option('--default-vip <address>', 'VIP for Ingresses without frontend-ip', vipOption)
    .option('--class <name>', 'only this ingress class (repeatable)', repeatable)
    .option('--drain <seconds>', 'how long removed back ends keep their connections', seconds, 30)
    .option('-v, --verbose', 'log what the parts do, on standard error', false)
    .addHelpText(
      'after',
      `
Examples:
  nspass local manifests
  nspass local manifests --default-vip 192.0.2.10
  nspass local manifests --map 192.0.2.10:443=127.0.0.1:8443 --state .nspass

Exit status: 0 when ended by Ctrl-C, 2 where a folder or port cannot be used.`,
    )
    .action(async (dir: string, options: LocalOptions) => {
      const write = (line: string): void => void process.stdout.write(`${line}\n`);
      const report = options.json ? jsonReport(write) : textReport(write, screenOf(process.stdout));
      const ended = new Promise<void>((resolve) => {
        process.once('SIGINT', () => resolve());
        process.once('SIGTERM', () => resolve());
      });
      const refused = Promise.withResolvers<never>();
      // It may come before anybody waits for it.
      refused.promise.catch(() => {});
      const stack = await startLocalStack({
        folder: dir,
        cluster: options.cluster,
        map: options.map,
        drainSeconds: options.drain,
        log: options.verbose ? jsonLog({ level: 'debug' }) : silentLog,
        ingressClasses: options.class ?? [],
        ...(options.defaultVip === undefined ? {} : { defaultVip: options.defaultVip }),
        ...(options.state === undefined ? {} : { stateDir: options.state }),
        onNitro: report.nitro,
        onFrontend: report.frontend,
        onRefused: (error) => refused.reject(whyRefused(error, options.map)),
        onEvent: report.sent,
        onOutcome: report.outcome,
        onStatus: report.status,
        onProblem: report.problem,
        onSolved: report.solved,
        onPassedOver: report.passedOver,
        onRemark: report.remark,
        onClassAssumed: report.classAssumed,
      }).catch((error: unknown) => {
        throw UsageError.of(error);
      });
      // Ended before it was ready: there is nobody left to ask, and nothing to report.
      stack.ready.then(report.ready, () => {});
      try {
        await Promise.race([ended, refused.promise]);
      } finally {
        await stack.stop();
      }
    });
}
