import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { audit } from '../../audit/index.ts';
import { CertificateWatch } from '../../certificates/index.ts';
import { type ConsoleSources, ConsoleWatch, loadAssets, startConsoleServer } from '../../console/index.ts';
import { namesOf } from '../../netscaler/index.ts';
import { type CertifiedRoute, readStatusInput } from '../../status/index.ts';
import {
  type ApplianceTarget,
  type ApplianceTargetOptions,
  CREDENTIALS_HELP,
  withApplianceTarget,
  withTarget,
} from '../appliance-target.ts';
import { clientOf } from '../cloud.ts';
import { HANDSHAKES } from '../handshakes.ts';
import { portOption } from '../port-option.ts';
import { secondsOption } from '../seconds-option.ts';
import { UsageError } from '../usage.ts';

interface Options extends ApplianceTargetOptions {
  readonly port: number;
  readonly interval: number;
  readonly auditInterval: number;
  readonly deployment?: string;
  readonly certificates?: boolean;
  readonly certificatesInterval: number;
}

/** Longest time of one reading of the hosts, in milliseconds: an appliance that takes longer counts as unreachable. */
const READING_MS = 60_000;
/** Longest wait for the log out, in milliseconds. */
const LOG_OUT_MS = 3_000;

/** `nspass console`: a page about an appliance, for browsers on this machine. Reads only. */
export function consoleCommand(): Command {
  const command = new Command('console')
    .option('--port <number>', 'port on 127.0.0.1; 0 for a free one', portOption, 0)
    .option('--interval <seconds>', 'how often to read the appliance while a page is open', secondsOption, 5)
    .option('--audit-interval <seconds>', 'how often to look for drift while a page is open', secondsOption, 60)
    .option('--certificates', 'shake hands with every host through its VIP, and show when its certificate expires')
    .option('--certificates-interval <seconds>', 'how often to look at all certificates', secondsOption, 3600)
    .option('--deployment <name>', 'show queues and replays of this deployment, too; needs --config');
  return withApplianceTarget(command)
    .addHelpText(
      'after',
      `
${CREDENTIALS_HELP}

The page is served to browsers on this machine only. Its address works once; the command prints a new one when it was
used. Nothing is written, and nothing is read while no page is open. Ctrl-C closes the page and logs out.

With --certificates, every host gets a TLS handshake through its VIP, a few at a time, which then ends: this machine must
reach the VIPs, and back ends log a connection without a request.

Examples:
  nspass console --nitro https://192.0.2.5
  nspass console --config appliances.yml --appliance edge --deployment nspass-prod
  nspass console --config appliances.yml --port 8080 --interval 15
  nspass console --config appliances.yml --certificates

Exit status: 0 after Ctrl-C, 2 for wrong usage, 3 where the appliance cannot be reached at the start.`,
    )
    .action(async (options: Options) => {
      if (options.deployment !== undefined && options.config === undefined) {
        throw new UsageError('--deployment needs --config: the names of the queues follow from appliances.yml.');
      }
      // Once the page is open, one line about an appliance that is away is enough.
      let open = false;
      const aborted = new AbortController();
      const say = (line: string): void => {
        if (!open) process.stderr.write(`nspass: ${line}\n`);
      };
      await withTarget(
        options,
        async (target) => {
          open = true;
          await serve(target, options, command, aborted);
        },
        { say, signal: aborted.signal },
      );
    });
}

/** Serves the page until Ctrl-C. @param aborted ends the calls to the appliance. */
async function serve(
  target: ApplianceTarget,
  options: Options,
  command: Command,
  aborted: AbortController,
): Promise<void> {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  const { sources, close } = await sourcesOf(target, options, command);
  const watch = new ConsoleWatch({
    sources,
    intervalMs: options.interval * 1000,
    auditIntervalMs: options.auditInterval * 1000,
    now: Date.now,
    random: Math.random,
    ...(options.certificates === true ? { certificates: certificateWatch(options) } : {}),
    onReachable: (failure) =>
      void process.stderr.write(`nspass: ${failure === undefined ? `${target.name} answers again` : failure}\n`),
  });
  const server = await startConsoleServer({
    port: options.port,
    watch,
    sources,
    assets: await loadAssets(),
    onUsed: (url) => print(`opened; for another browser: ${url}`),
  }).catch((error: unknown) => {
    throw UsageError.of(error);
  });
  print(`console of ${target.name}, for browsers on this machine: ${server.url}`);
  print('The address works once. Ctrl-C ends the console.');
  await ended;
  watch.stop();
  await server.close();
  aborted.abort();
  close();
  await logOut(target, print);
}

const certificateWatch = ({ certificatesInterval }: Options): CertificateWatch<CertifiedRoute> =>
  new CertificateWatch({
    ...HANDSHAKES,
    intervalMs: certificatesInterval * 1000,
    now: Date.now,
    random: Math.random,
  });

async function logOut(target: ApplianceTarget, print: (line: string) => void): Promise<void> {
  const limit = new AbortController();
  const done = await Promise.race([
    target.close().then(() => true),
    sleep(LOG_OUT_MS, false, { signal: limit.signal }).catch(() => false),
  ]);
  limit.abort();
  if (done) return print(`\nThe page is closed, and the session with ${target.name} has ended.`);
  print(`\nThe page is closed. ${target.name} did not answer the log out: its session ends by itself in five minutes.`);
  // The request that is not answered would keep the process alive.
  process.exit();
}

async function sourcesOf(
  target: ApplianceTarget,
  options: Options,
  command: Command,
): Promise<{ readonly sources: ConsoleSources; readonly close: () => void }> {
  const { name, config, engine, statistics } = target;
  const { systemId, drainSeconds, saveAfterSeconds, clusters } = config;
  const configured = options.config === undefined ? undefined : config.name;
  const settings = {
    appliance: config.name,
    systemId,
    drainSeconds,
    saveAfterSeconds,
    // Without a configuration nobody says which clusters the appliance serves.
    clusters: configured === undefined ? [] : clusters,
  };
  const sources: ConsoleSources = {
    appliance: name,
    configured,
    names: namesOf(systemId),
    read: () => {
      target.renew(READING_MS);
      return readStatusInput(engine.reader, systemId, statistics);
    },
    audit: async () => {
      target.renew();
      return (await audit(engine.reader, settings, Date.now())).findings;
    },
  };
  if (options.deployment === undefined) return { sources, close: () => undefined };
  const [{ cloudSources }, { sqsClient }, { eventBridgeClient }] = await Promise.all([
    import('./cloud-sources.ts'),
    import('../../aws/queue.ts'),
    import('../../aws/event-bridge.ts'),
  ]);
  const [sqs, eventBridge] = [sqsClient(clientOf(options)), eventBridgeClient(clientOf(options))];
  const { deployment } = options;
  const cloud = cloudSources({ deployment, appliance: config, sqs, eventBridge, command });
  return {
    sources: { ...sources, ...cloud },
    close() {
      sqs.destroy();
      eventBridge.destroy();
    },
  };
}
