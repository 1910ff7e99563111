import { Command, Option } from 'commander';
import { sqsClient } from '../aws/queue.ts';
import { type CloudOptions, clientOf, deploymentOption, withCloud } from './cloud.ts';
import { inCloud } from './cloud-target.ts';
import type { Waiting } from './redrive-letter.ts';
import { type RedriveResult, redrive, type WaitingQueue } from './redrive-queue.ts';
import { repeatable } from './repeatable.ts';

interface Options extends CloudOptions {
  readonly queue: WaitingQueue;
  readonly reason?: string;
  readonly appliance?: readonly string[];
  readonly deployment: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Looks at the queues, two seconds apart, before it is counted what came back: about a minute. */
const LOOKS = 30;

/** Exit status where letters came back: their cause is not mended. */
const BOUNCED = 1;

export function redriveCommand(): Command {
  const command = new Command('redrive')
    .description('send dead letters back to the queues that they came from, after their cause was mended')
    .addOption(new Option('--queue <name>', 'which dead letters').choices(['parked', 'undelivered']).default('parked'))
    .option('--reason <text>', 'only those whose reason has this text')
    .option('--appliance <name>', 'only those for this appliance (repeatable)', repeatable)
    .addOption(deploymentOption());
  return withCloud(command)
    .option('--dry-run', 'show what would be sent back, with the reasons', false)
    .option('--json', 'one JSON object a line', false)
    .addHelpText(
      'after',
      `
Parked letters were received too often or could not be read; undelivered ones a rule could not deliver. Without --reason
and --appliance, all of them. Redriving is always safe: an older event never overwrites a newer one.

Each letter is sent once. What is back within about a minute is said, and stays for another time: mend the cause first.
A letter that is received too often again comes back later than that, after some hours.

Examples:
  nspass redrive --deployment nspass-prod --dry-run
  nspass redrive --deployment nspass-prod --reason "unknown key"

Exit status: 0 when done, 1 where letters came back, 2 on bad input.`,
    )
    .action(async (options: Options) => {
      const sqs = sqsClient(clientOf(options));
      await inCloud(sqs, command, async () => {
        const result = await redrive(sqs, {
          deployment: options.deployment,
          queue: options.queue,
          appliances: options.appliance ?? [],
          dryRun: options.dryRun,
          startedAt: Date.now(),
          looks: LOOKS,
          ...(options.reason === undefined ? {} : { reason: options.reason }),
        });
        for (const text of report(result, options)) process.stdout.write(`${text}\n`);
        if (result.bounced.length > 0) process.exitCode = BOUNCED;
      });
    });
}

/** Returns the lines that say what became of each letter, and of all of them. */
export function report(result: RedriveResult, options: Pick<Options, 'dryRun' | 'json'>): string[] {
  const { redriven, left, bounced, meanwhile, pending } = result;
  const done = options.dryRun ? 'would be redriven' : 'redriven';
  const write = options.json ? json : line;
  const lines = [
    ...redriven.map((waiting) => write(waiting, done)),
    ...left.map((waiting) =>
      write(waiting, waiting.target === undefined ? 'left: where it came from is unknown' : 'left'),
    ),
    ...bounced.map((waiting) => write(waiting, 'came back')),
  ];
  if (options.json) return lines;
  lines.push(
    `${redriven.length} ${done}, ${left.length} left${bounced.length > 0 ? `, ${bounced.length} came back` : ''}`,
  );
  if (bounced.length > 0) lines.push('The cause is not mended: look at the reasons of those that came back.');
  if (pending > 0) lines.push(`${pending} events still wait before the appliances: look again with --dry-run later.`);
  if (meanwhile > 0) lines.push(`${meanwhile} more letters came meanwhile: run this again for them.`);
  return lines;
}

const json = ({ body: _, ...waiting }: Waiting, state: string): string => JSON.stringify({ ...waiting, state });

function line({ id, target, reason, sentAt }: Waiting, state: string): string {
  return `${new Date(sentAt).toISOString()}  ${state}  ${target ?? '-'}  ${id}  ${reason}`;
}
