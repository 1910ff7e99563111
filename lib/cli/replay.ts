import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { Command, InvalidArgumentError } from 'commander';
import { eventBridgeClient } from '../aws/event-bridge.ts';
import { sqsClient } from '../aws/queue.ts';
import { ReplayUnfinished } from '../aws/replay.ts';
import { type CloudOptions, clientOf, deploymentOption, withCloud } from './cloud.ts';
import { inCloud } from './cloud-target.ts';
import { repeatable } from './repeatable.ts';
import { parseTime, planReplay } from './replay-plan.ts';
import { createReplayProgress } from './replay-progress.ts';
import { type ReplayResult, runReplay } from './replay-run.ts';
import { dryRunText, foresee, planJson, resultJson } from './replay-text.ts';
import { replayVerifier } from './replay-verify.ts';

interface Options extends CloudOptions {
  readonly from?: Date;
  readonly to?: Date;
  readonly appliance?: readonly string[];
  readonly cluster?: readonly string[];
  readonly deployment: string;
  readonly config?: string;
  readonly wait: number;
  readonly dryRun: boolean;
  readonly json: boolean;
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

/** Exit status of a replay after which something is left, or not as it should be. */
const COMPLAINTS = 1;
/** All that can be read was taken; some of the archive cannot. */
const PARKED = 3;
/** As a shell says it of a command that was interrupted. */
const INTERRUPTED = 130;

/** How long nothing may move, unless `--wait` says otherwise. */
export const WAIT_MINUTES = 30;

const minutes = (text: string): number => {
  if (!/^[1-9][0-9]{0,4}$/.test(text)) throw new InvalidArgumentError('minutes are needed, 1 to 99999.');
  return Number(text);
};

export function replayCommand(): Command {
  const command = new Command('replay')
    .description('bring archived desired state to the appliances again, and see that they took it')
    .option('--from <time>', 'first event; where absent, as far back as is needed', time)
    .option('--to <time>', 'last event; now where absent', time)
    .option('--appliance <name>', 'only to this appliance (repeatable)', repeatable)
    .option('--cluster <name>', 'only to appliances that serve this cluster (repeatable)', repeatable)
    .addOption(deploymentOption());
  return withCloud(command)
    .option(
      '--config <file>',
      'appliances.yml: look at the appliances themselves afterwards, where they can be reached',
    )
    .option('--wait <minutes>', 'end where nothing moves for so long', minutes, WAIT_MINUTES)
    .option('--dry-run', 'say what would be replayed, and about how many events', false)
    .option('--json', 'one JSON object a line: the plan, and the result', false)
    .addHelpText(
      'after',
      `
Replaying is always safe: an older event never overwrites a newer one, and what is there already is not written again.

A snapshot speaks for a whole cluster, so nothing older is needed. With --config and without --from, the last hour is
replayed first, and then as much more as the appliances have not seen: back to 26 hours, then twice as far each time.
Without both, the last 26 hours: they hold a whole snapshot of each cluster whose forwarder lived then. For a cluster that
was gone before, give --config, or --from a time before its end.

Ctrl-C ends the wait, not the replay: it goes on in EventBridge.

Examples:
  nspass replay --deployment nspass-prod --appliance edge --config appliances.yml
  nspass replay --from 12h --cluster prod-eu --dry-run

Exit status: 0 when all was taken; 1 where something is left or not as it should be, or nothing moved for --wait minutes;
2 on bad input; 3 where all was taken but events that cannot be read, which are parked; 130 after Ctrl-C.`,
    )
    .action(async (options: Options) => {
      const client = clientOf(options);
      // A file that cannot be used shows before anything is asked or replayed.
      const look = options.config === undefined ? undefined : replayVerifier(options.config, client);
      const eventBridge = eventBridgeClient(client);
      await inCloud(eventBridge, command, () => replay(options, eventBridge, sqsClient(client), look));
    });
}

async function replay(
  options: Options,
  eventBridge: EventBridgeClient,
  sqs: SQSClient,
  look: ReturnType<typeof replayVerifier> | undefined,
): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const tell = (value: object): void => {
    if (options.json) process.stdout.write(`${JSON.stringify(value)}\n`);
  };
  const plan = await planReplay(eventBridge, {
    deployment: options.deployment,
    ...(options.from === undefined ? {} : { from: options.from }),
    to: options.to ?? new Date(),
    appliances: options.appliance ?? [],
    clusters: options.cluster ?? [],
  });
  if (Date.now() - plan.to.getTime() < ARCHIVE_LAG_MS) {
    say('events of the last ten minutes may not be in the archive yet: they are not lost, and may be replayed later');
  }
  const foreseen = foresee(plan, look !== undefined, Date.now());
  tell(planJson(plan, foreseen));
  if (options.dryRun) {
    if (!options.json) say(dryRunText(plan, foreseen));
    return;
  }

  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.once('SIGINT', stop);
  try {
    const result = await runReplay(plan, {
      eventBridge,
      sqs,
      deployment: options.deployment,
      name: `${options.deployment}-${Date.now()}`,
      progress: createReplayProgress(process.stderr),
      say,
      signal: stopping.signal,
      patienceMs: options.wait * 60_000,
      now: Date.now,
      ...(look === undefined ? {} : { look }),
    });
    const { lines, status } = summary(result, {
      looked: look !== undefined,
      bounded: plan.from !== undefined,
      wait: options.wait,
    });
    for (const line of lines) say(line);
    tell(resultJson(result, status));
    process.exitCode = status;
  } catch (error) {
    if (!(error instanceof ReplayUnfinished)) throw error;
    say(error.message);
    process.exitCode = COMPLAINTS;
  } finally {
    process.off('SIGINT', stop);
  }
}

/** Returns what to say of a replay that ended, and the exit status. */
export function summary(
  { end, complaints, parked }: ReplayResult,
  { looked, bounded, wait }: { readonly looked: boolean; readonly bounded: boolean; readonly wait: number },
): { readonly lines: readonly string[]; readonly status: number } {
  const letters =
    parked === 0
      ? []
      : [
          `${parked} of the archive’s events cannot be read and went to the parked letters: nspass redrive --dry-run says why. Each replay of their time parks them again; the others are not affected.`,
        ];
  if (end === 'interrupted') return { lines: [...letters, 'interrupted'], status: INTERRUPTED };
  if (end === 'stalled') return { lines: [...letters, `nothing moved for ${wait} minutes: ended`], status: COMPLAINTS };
  if (complaints.length > 0) return { lines: [...complaints, ...letters], status: COMPLAINTS };
  const others = parked === 0 ? 'all' : 'all others';
  const done = looked ? `${others} were taken, and the appliances are as recorded` : `${others} were taken`;
  const unsure =
    looked || bounded
      ? []
      : [
          'A cluster that was gone more than 26 hours ago is not in it: give --config, or --from a time before its end.',
        ];
  const text = parked === 0 ? done.replace('all were', 'all was') : done;
  return { lines: [...unsure, ...letters, text], status: parked === 0 ? 0 : PARKED };
}
