import { Command, Option } from 'commander';
import { sqsClient } from '../aws/queue.ts';
import { type CloudOptions, clientOf, deploymentOption, withCloud } from './cloud.ts';
import { inCloud } from './cloud-target.ts';
import type { WaitingLetter } from './redrive-letter.ts';
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

/** Polls of the queues, two seconds apart, before returned letters are counted: about a minute. */
const POLLS = 30;

/** Exit status if letters came back: their cause persists. */
const BOUNCED = 1;

export function redriveCommand(): Command {
  const command = new Command('redrive')
    .addOption(
      new Option('--queue <name>', 'dead letters to send back').choices(['parked', 'undelivered']).default('parked'),
    )
    .option('--reason <text>', 'only letters whose reason contains this text')
    .option('--appliance <name>', 'only letters for this appliance (repeatable)', repeatable)
    .addOption(deploymentOption());
  return withCloud(command)
    .option('--dry-run', 'only print what would be sent back, with the reasons', false)
    .option('--json', 'print one JSON object per line', false)
    .addHelpText(
      'after',
      `
A parked letter was received too often or could not be read; an undelivered letter could not be delivered by its rule.
Without --reason and --appliance, all letters are sent back. This is always safe: an older event never overwrites a newer
one.

Each letter is sent once. Letters that come back within about a minute are reported and stay: fix their cause first. A
letter that is received too often again comes back only after some hours.

Examples:
  nspass redrive --deployment nspass-prod --dry-run
  nspass redrive --deployment nspass-prod --reason "unknown key"

Exit status: 0 when done, 1 if letters came back, 2 for invalid input.`,
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
          polls: POLLS,
          ...(options.reason === undefined ? {} : { reason: options.reason }),
        });
        for (const text of redriveReport(result, options)) process.stdout.write(`${text}\n`);
        if (result.bounced.length > 0) process.exitCode = BOUNCED;
      });
    });
}

/** Returns a line for each letter, and lines about all of them. */
export function redriveReport(result: RedriveResult, options: Pick<Options, 'dryRun' | 'json'>): string[] {
  const { redriven, left, bounced, meanwhile, pending } = result;
  const done = options.dryRun ? 'would be redriven' : 'redriven';
  const letterLine = options.json ? letterJson : letterText;
  const lines = [
    ...redriven.map((letter) => letterLine(letter, done)),
    ...left.map((letter) =>
      letterLine(letter, letter.target === undefined ? 'left: where it came from is unknown' : 'left'),
    ),
    ...bounced.map((letter) => letterLine(letter, 'came back')),
  ];
  if (options.json) return lines;
  lines.push(
    `${redriven.length} ${done}, ${left.length} left${bounced.length > 0 ? `, ${bounced.length} came back` : ''}`,
  );
  if (bounced.length > 0) lines.push('The cause persists: see the reasons of the letters that came back.');
  if (pending > 0)
    lines.push(`${pending} events are still queued for the appliances: check again later with --dry-run.`);
  if (meanwhile > 0)
    lines.push(`${meanwhile} more letters arrived meanwhile: run the command again to send them back.`);
  return lines;
}

const letterJson = ({ body: _, ...letter }: WaitingLetter, state: string): string =>
  JSON.stringify({ ...letter, state });

function letterText({ id, target, reason, sentAt }: WaitingLetter, state: string): string {
  return `${new Date(sentAt).toISOString()}  ${state}  ${target ?? '-'}  ${id}  ${reason}`;
}
