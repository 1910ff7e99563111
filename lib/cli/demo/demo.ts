import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { BusEvent } from '../../contract/index.ts';
import { hostPort } from '../../contract/index.ts';
import { failureText } from '../failure.ts';
import { type LocalBackend, startBackend } from '../local/backends.ts';
import { type LocalStack, startLocalStack } from '../local/stack.ts';
import { PLAIN, type Screen, screenOf } from '../terminal.ts';
import { MEMBERS, SAMPLE_HOST, STEPS, type TourContext, Unexpected, VIP } from './tour.ts';

export interface Tour {
  readonly context: TourContext;
  readonly stop: () => Promise<void>;
}

/** Starts back ends, and the whole stack on an empty folder. */
export async function startTour(): Promise<Tour> {
  const folder = await mkdtemp(join(tmpdir(), 'nspass-demo-'));
  const backends: LocalBackend[] = [];
  const events: BusEvent[] = [];
  let stack: LocalStack | undefined;
  const stop = async (): Promise<void> => {
    await stack?.stop();
    await Promise.all(backends.map((backend) => backend.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const map = new Map<string, LocalBackend>();
    for (const { address, port, service } of MEMBERS) {
      const key = hostPort(address, port);
      const backend = await startBackend(() => [service], key);
      backends.push(backend);
      map.set(key, backend);
    }
    stack = await startLocalStack({
      folder,
      map,
      // The tour shows that a deleted route is gone; in production its connections drain for minutes first.
      drainSeconds: 0,
      windowMs: 20,
      onEvent: (event) => events.push(event),
    });
    await stack.ready;
    return { context: { folder, stack, events }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export interface DemoOptions {
  /** Keeps everything running at the end, until `ended`. */
  readonly keep: boolean;
  readonly out: (line: string) => void;
  /** Shows all lines of every step. */
  readonly verbose?: boolean;
  /** Describes an error other than a mismatch. */
  readonly explain?: (error: unknown) => string;
  /** Colours of the marks; plain if absent. */
  readonly screen?: Screen;
  /** Aborts on Ctrl-C: everything is stopped, at any step of the tour. */
  readonly ended: AbortSignal;
}

/** Runs the tour. @returns whether all steps passed, one failed, or the tour was interrupted. */
export async function demo(options: DemoOptions): Promise<'shown' | 'failed' | 'ended'> {
  const { out, ended } = options;
  const interrupted = new Promise<'ended'>((resolve) => {
    ended.addEventListener('abort', () => resolve('ended'), { once: true });
    if (ended.aborted) resolve('ended');
  });
  const began = performance.now();
  out('SSL passthrough on NetScaler from Kubernetes, from the Ingress to the TLS connection, on this machine.\n');
  const tour = await startTour();
  out(
    `  started  forwarder, bus, queue, function, appliance simulator and ${MEMBERS.length} TLS back ends  ${ms(began)}\n`,
  );
  try {
    const result = await runSteps(tour.context, interrupted, options);
    if (result === 'ended') {
      out(
        '\nInterrupted: forwarder, bus, queue, function, appliance and back ends are stopped, and the folder is removed.',
      );
      return result;
    }
    const requests = tour.context.stack.appliance.requests;
    out(
      result === 'shown'
        ? `All ${STEPS.length} steps passed in ${Math.round(performance.now() - began)} ms: ${tour.context.events.length} events, ${requests.total} NITRO requests.`
        : 'A step failed: see above.',
    );
    if (options.keep && result === 'shown') {
      for (const line of keptText(tour.context)) out(line);
      await interrupted;
    }
    return result;
  } finally {
    await tour.stop();
  }
}

/** Runs the steps in order, up to the first that fails. */
async function runSteps(
  context: TourContext,
  interrupted: Promise<'ended'>,
  { out, verbose = false, explain = failureText, screen = PLAIN }: DemoOptions,
): Promise<'shown' | 'failed' | 'ended'> {
  for (const [index, { title, many, run }] of STEPS.entries()) {
    const started = performance.now();
    try {
      const lines = await Promise.race([run(context), interrupted]);
      if (lines === 'ended') return 'ended';
      out(`${screen.paint('green', '✔')} ${index + 1}. ${title}  ${ms(started)}`);
      if (many === undefined || verbose) for (const line of lines) out(`     ${line}`);
      else out(`     ${lines.length} ${many} (-v shows them)`);
    } catch (error) {
      out(`${screen.paint('red', '✘')} ${index + 1}. ${title}  ${ms(started)}`);
      if (error instanceof Unexpected) out(`     expected: ${error.expected}\n     found:    ${error.found}`);
      else out(`     ${explain(error)}`);
      return 'failed';
    }
    out('');
  }
  return 'shown';
}

/** Lists the addresses of everything that keeps running, and commands to try it. */
function keptText({ folder, stack: { appliance } }: TourContext): string[] {
  const listening = [...appliance.frontends].map(
    ([vip, { host, port }]) => `  ${vip} listens on ${hostPort(host, port)}`,
  );
  const tls = appliance.frontends.get(hostPort(VIP, 443));
  const local = tls === undefined ? '' : hostPort(tls.host, tls.port);
  return [
    '\nEverything keeps running until Ctrl-C:',
    `  manifests in ${folder}: change them, and the appliance follows`,
    `  NITRO at ${appliance.url} (user nsroot, password nsroot)`,
    ...listening,
    'Try it:',
    `  openssl s_client -connect ${local} -servername ${SAMPLE_HOST} </dev/null`,
    `  curl -k --connect-to ${SAMPLE_HOST}:443:${local} https://${SAMPLE_HOST}/`,
  ];
}

const ms = (since: number): string => `(${Math.round(performance.now() - since)} ms)`;

export function demoCommand(): Command {
  return new Command('demo')
    .option('--keep', 'keep everything running at the end, until Ctrl-C', false)
    .option('-v, --verbose', 'show every object of the appliance’s configuration', false)
    .addHelpText(
      'after',
      `
Examples:
  nspass demo
  nspass demo --keep

Exit status: 0 if every step passed, 1 if one failed, 130 after Ctrl-C.`,
    )
    .action(async ({ keep, verbose, debug }: { keep: boolean; verbose: boolean; debug?: boolean }) => {
      const ended = new AbortController();
      let signal: 'SIGINT' | 'SIGTERM' | undefined;
      for (const each of ['SIGINT', 'SIGTERM'] as const) {
        process.once(each, () => {
          signal = each;
          ended.abort();
        });
      }
      const out = (line: string): void => void process.stdout.write(`${line}\n`);
      const explain = (error: unknown): string => failureText(error, debug);
      const result = await demo({ keep, verbose, out, explain, ended: ended.signal, screen: screenOf(process.stdout) });
      process.exitCode = result === 'ended' && signal !== undefined ? 128 + constants.signals[signal] : STATUS[result];
      // An interrupted step still waits for an event that will never arrive.
      if (ended.signal.aborted) process.exit();
    });
}

const STATUS = { shown: 0, failed: 1, ended: 1 } as const;
