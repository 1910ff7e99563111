import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { BusEvent } from '../../contract/index.ts';
import { addressKey } from '../local/addresses.ts';
import { type BackEnd, startBackEnd } from '../local/back-ends.ts';
import { type LocalStack, startLocalStack } from '../local/stack.ts';
import { MEMBERS, STEPS, type TourContext, Unexpected } from './tour.ts';

export interface Tour {
  readonly context: TourContext;
  readonly stop: () => Promise<void>;
}

/** Back ends, an empty folder, and the whole stack on it. */
export async function startTour(): Promise<Tour> {
  const folder = await mkdtemp(join(tmpdir(), 'nspass-demo-'));
  const backEnds: BackEnd[] = [];
  const events: BusEvent[] = [];
  let stack: LocalStack | undefined;
  const stop = async (): Promise<void> => {
    await stack?.stop();
    await Promise.all(backEnds.map((backEnd) => backEnd.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const map = new Map<string, BackEnd>();
    for (const { address, port, service } of MEMBERS) {
      const key = addressKey(address, port);
      const backEnd = await startBackEnd(service, key);
      backEnds.push(backEnd);
      map.set(key, backEnd);
    }
    stack = await startLocalStack({
      folder,
      map,
      // The tour shows that what is deleted is gone; in production its connections drain for minutes first.
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

/** @returns the exit status: 0 where every step showed what it should. */
export async function demo(options: { keep: boolean; out: (line: string) => void }): Promise<0 | 1> {
  const { out } = options;
  const began = performance.now();
  out('SSL passthrough on NetScaler from Kubernetes, the whole way on this machine.\n');
  const tour = await startTour();
  out(
    `  started  forwarder, bus, queue, function, appliance simulator and ${MEMBERS.length} TLS back ends  ${ms(began)}\n`,
  );
  let failed = 0;
  try {
    for (const [index, step] of STEPS.entries()) {
      const started = performance.now();
      try {
        const lines = await step.run(tour.context);
        out(`✔ ${index + 1}. ${step.title}  ${ms(started)}`);
        for (const line of lines) out(`     ${line}`);
      } catch (error) {
        failed += 1;
        out(`✘ ${index + 1}. ${step.title}  ${ms(started)}`);
        if (error instanceof Unexpected) out(`     expected: ${error.expected}\n     seen:     ${error.seen}`);
        else out(`     ${(error as Error).stack ?? String(error)}`);
        break;
      }
      out('');
    }
    const requests = tour.context.stack.appliance.requests;
    out(
      failed === 0
        ? `All ${STEPS.length} steps as expected, in ${ms(began)}: ${tour.context.events.length} events, ${requests.total} NITRO requests.`
        : `A step did not show what it should: see above.`,
    );
    if (options.keep && failed === 0) {
      out(
        `\nEverything keeps running: manifests in ${tour.context.folder}, NITRO at ${tour.context.stack.appliance.url}. Ctrl-C ends it.`,
      );
      await new Promise<void>((resolve) => {
        process.once('SIGINT', () => resolve());
        process.once('SIGTERM', () => resolve());
      });
    }
  } finally {
    await tour.stop();
  }
  return failed === 0 ? 0 : 1;
}

const ms = (since: number): string => `(${Math.round(performance.now() - since)} ms)`;

export function demoCommand(): Command {
  return new Command('demo')
    .description('a tour with the vendor’s sample: program, connect, scale, delete, wipe and recover')
    .option('--keep', 'leave everything running at the end, until Ctrl-C', false)
    .action(async ({ keep }: { keep: boolean }) => {
      process.exitCode = await demo({ keep, out: (line) => void process.stdout.write(`${line}\n`) });
    });
}
