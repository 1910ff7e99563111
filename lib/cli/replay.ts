import { Command, InvalidArgumentError } from 'commander';
import { eventBridgeClient } from '../aws/event-bridge.ts';
import { sqsClient } from '../aws/queue.ts';
import { ReplayUnfinished } from '../aws/replay.ts';
import { repeatable } from './repeatable.ts';
import { parseTime, planReplay } from './replay-plan.ts';
import { createProgress } from './replay-progress.ts';
import { runReplay } from './replay-run.ts';
import { replayVerifier } from './replay-verify.ts';

interface Options {
  readonly from?: Date;
  readonly to?: Date;
  readonly appliance?: readonly string[];
  readonly cluster?: readonly string[];
  readonly deployment: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly config?: string;
  readonly dryRun: boolean;
}

/** A replay reads what was archived some minutes ago: EventBridge archives late (user guide, *Replaying events*). */
const ARCHIVE_LAG_MS = 10 * 60_000;

const time = (text: string): Date => {
  const parsed = parseTime(text, Date.now());
  if (parsed === undefined) {
    throw new InvalidArgumentError('a time is needed: 2026-11-24T08:00:00Z, or so long ago: 90m, 12h, 7d, 4w.');
  }
  return parsed;
};

/** Exit status of a replay after which something is not as it should be. */
const COMPLAINTS = 1;

export function replayCommand(): Command {
  return new Command('replay')
    .description('bring archived desired state to the appliances again, and see that they took it')
    .option('--from <time>', 'first event; since the archive exists where absent', time)
    .option('--to <time>', 'last event; now where absent', time)
    .option('--appliance <name>', 'only to this appliance (repeatable)', repeatable)
    .option('--cluster <name>', 'only to appliances that serve this cluster (repeatable)', repeatable)
    .option('--deployment <name>', 'name of bus and archive', process.env.NSPASS_DEPLOYMENT ?? 'nspass-dev')
    .option('--region <name>', 'region of the deployment; of the environment where absent')
    .option('--endpoint <url>', 'another address than that of AWS')
    .option(
      '--config <file>',
      'appliances.yml: look at the appliances themselves afterwards, where they can be reached',
    )
    .option('--dry-run', 'say what would be replayed', false)
    .addHelpText(
      'after',
      `
Replaying is always safe: an older event never overwrites a newer one, and what is there already is not written again.
With the cluster gone, replay from before the last save of the appliance; see docs/runbooks/.

Examples:
  nspass replay --deployment nspass-prod --appliance edge
  nspass replay --from 12h --cluster prod-eu --dry-run

Exit status: 0 when all was taken, 1 where something is left or not as it should be, 2 on bad input.`,
    )
    .action(async (options: Options) => {
      const client = {
        ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
        ...(options.region === undefined ? {} : { region: options.region }),
      };
      const eventBridge = eventBridgeClient(client);
      const plan = await planReplay(eventBridge, {
        deployment: options.deployment,
        ...(options.from === undefined ? {} : { from: options.from }),
        to: options.to ?? new Date(),
        appliances: options.appliance ?? [],
        clusters: options.cluster ?? [],
      });
      const say = (line: string): void => void process.stderr.write(`${line}\n`);
      say(`from ${plan.from.toISOString()} to ${plan.to.toISOString()}, to ${plan.rules.map(described).join(', ')}`);
      if (Date.now() - plan.to.getTime() < ARCHIVE_LAG_MS) {
        say(
          'events of the last ten minutes may not be in the archive yet: they are not lost, and may be replayed later',
        );
      }
      if (options.dryRun) return;

      const stopping = new AbortController();
      const stop = (): void => stopping.abort();
      process.once('SIGINT', stop);
      const verify = options.config === undefined ? undefined : replayVerifier(options.config, client);
      try {
        const { complaints } = await runReplay(plan, {
          eventBridge,
          sqs: sqsClient(client),
          deployment: options.deployment,
          name: `${options.deployment}-${Date.now()}`,
          progress: createProgress(process.stderr),
          signal: stopping.signal,
          ...(verify === undefined ? {} : { verify }),
        });
        for (const complaint of complaints) say(complaint);
        if (complaints.length > 0) process.exitCode = COMPLAINTS;
        else say(verify === undefined ? 'all was taken' : 'all was taken, and the appliances are as recorded');
      } catch (error) {
        if (!(error instanceof ReplayUnfinished)) throw error;
        say(error.message);
        process.exitCode = COMPLAINTS;
      } finally {
        process.off('SIGINT', stop);
      }
    });
}

function described({ appliance, clusters }: { appliance: string; clusters: readonly string[] }): string {
  return `${appliance} (${clusters.join(', ')})`;
}
