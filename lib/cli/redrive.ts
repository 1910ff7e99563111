import { Command, Option } from 'commander';
import { sqsClient } from '../aws/queue.ts';
import { redrive, type Waiting, type WaitingQueue } from './redrive-queue.ts';
import { repeatable } from './repeatable.ts';
import { UsageError } from './usage.ts';

interface Options {
  readonly queue: WaitingQueue;
  readonly reason?: string;
  readonly appliance?: readonly string[];
  readonly deployment: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export function redriveCommand(): Command {
  return new Command('redrive')
    .description('send dead letters back to the queues that they came from, after their cause was mended')
    .addOption(new Option('--queue <name>', 'which dead letters').choices(['parked', 'undelivered']).default('parked'))
    .option('--reason <text>', 'only those whose reason has this text')
    .option('--appliance <name>', 'only those for this appliance (repeatable)', repeatable)
    .option('--deployment <name>', 'name of bus and archive', process.env.NSPASS_DEPLOYMENT ?? 'nspass-dev')
    .option('--region <name>', 'region of the deployment; of the environment where absent')
    .option('--endpoint <url>', 'another address than that of AWS')
    .option('--dry-run', 'show what would be sent back, with the reasons', false)
    .option('--json', 'one JSON object a line', false)
    .addHelpText(
      'after',
      `
Parked letters were received too often or could not be read; undelivered ones a rule could not deliver. Without --reason
and --appliance, all of them. Redriving is always safe: an older event never overwrites a newer one.

Examples:
  nspass redrive --deployment nspass-prod --dry-run
  nspass redrive --deployment nspass-prod --reason "unknown key"

Exit status: 0 when done, 2 on bad input.`,
    )
    .action(async (options: Options) => {
      const sqs = sqsClient({
        ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
        ...(options.region === undefined ? {} : { region: options.region }),
      });
      const { redriven, left } = await redrive(sqs, {
        deployment: options.deployment,
        queue: options.queue,
        appliances: options.appliance ?? [],
        dryRun: options.dryRun,
        ...(options.reason === undefined ? {} : { reason: options.reason }),
      }).catch((error: Error) => {
        if (!/QueueDoesNotExist|NonExistentQueue/.test(error.name)) throw error;
        throw new UsageError(`there is no deployment "${options.deployment}" in this account and region.`, {
          cause: error,
        });
      });
      const done = options.dryRun ? 'would be redriven' : 'redriven';
      const write = (line: string): void => void process.stdout.write(`${line}\n`);
      for (const waiting of redriven) write(options.json ? json(waiting, done) : line(waiting, done));
      for (const waiting of left) {
        const why = waiting.target === undefined ? 'left: where it came from is unknown' : 'left';
        write(options.json ? json(waiting, why) : line(waiting, why));
      }
      if (!options.json) write(`${redriven.length} ${done}, ${left.length} left`);
    });
}

const json = ({ body: _, ...waiting }: Waiting, state: string): string => JSON.stringify({ ...waiting, state });

function line({ id, target, reason, sentAt }: Waiting, state: string): string {
  return `${new Date(sentAt).toISOString()}  ${state}  ${target ?? '-'}  ${id}  ${reason}`;
}
