import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { Command, InvalidArgumentError } from 'commander';
import { eventBridgeClient } from '../aws/event-bridge.ts';
import { sqsClient } from '../aws/queue.ts';
import { ReplayUnfinished } from '../aws/replay.ts';
import { type CloudOptions, clientOf, deploymentOption, withCloud } from './cloud.ts';
import { inCloud } from './cloud-target.ts';
import { repeatable } from './repeatable.ts';
import { planReplay } from './replay-plan.ts';
import { createReplayProgress } from './replay-progress.ts';
import { type ReplayResult, runReplay } from './replay-run.ts';
import { dryRunText, planJson, previewReplay, resultJson } from './replay-text.ts';
import { replayVerifier } from './replay-verify.ts';
import { timeOption } from './time-option.ts';

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

/** Delay until EventBridge has archived an event (user guide, *Replaying events*), in milliseconds. */
const ARCHIVE_LAG_MS = 10 * 60_000;

/** Exit status if events are left, or an appliance differs from what is recorded. */
const COMPLAINTS = 1;
/** Exit status if all readable events were applied, and others were parked. */
const PARKED = 3;
/** Exit status after Ctrl-C, as in shells. */
const INTERRUPTED = 130;

/** Default of `--wait`: longest time without progress. */
export const WAIT_MINUTES = 30;

const minutesOption = (text: string): number => {
  if (!/^[1-9][0-9]{0,4}$/.test(text)) throw new InvalidArgumentError('Expected minutes from 1 to 99999.');
  return Number(text);
};

export function replayCommand(): Command {
  const command = new Command('replay')
    .option('--from <time>', 'time of the first event (default: as far back as needed)', timeOption)
    .option('--to <time>', 'time of the last event (default: now)', timeOption)
    .option('--appliance <name>', 'replay only to this appliance (repeatable)', repeatable)
    .option('--cluster <name>', 'replay only to appliances that serve this cluster (repeatable)', repeatable)
    .addOption(deploymentOption());
  return withCloud(command)
    .option('--config <file>', 'appliances.yml, to audit the appliances afterwards if this machine reaches them')
    .option('--wait <minutes>', 'minutes without progress after which to stop waiting', minutesOption, WAIT_MINUTES)
    .option('--dry-run', 'only print what would be replayed, and about how many events', false)
    .option('--json', 'print one JSON object per line: the plan and the result', false)
    .addHelpText(
      'after',
      `
An older event never overwrites a newer one, and existing configuration is not written again. But the prune guard lets a
replay pass: while an appliance refuses snapshots, end the replay before the first refused one with --to.

A full snapshot of a cluster makes older events unnecessary. With --config and without --from, the last hour is replayed
first, then older events until the appliances have a full snapshot of each cluster: back to 26 hours, then twice as far
each time. Without both options, the last 26 hours are replayed. They hold a full snapshot of each cluster whose forwarder
ran in that time. For a cluster that was lost earlier, use --config, or --from with a time before it was lost.

Ctrl-C ends the wait, but not the replay: it continues in EventBridge.

Examples:
  nspass replay --deployment nspass-prod --appliance edge --config appliances.yml
  nspass replay --from 12h --cluster prod-eu --dry-run

Exit status: 0 if all events were applied; 1 if events are left, an appliance differs from its records, or there was no
progress for --wait minutes; 2 for invalid input; 3 if all events were applied except unreadable ones, which were parked;
130 after Ctrl-C.`,
    )
    .action(async (options: Options) => {
      const client = clientOf(options);
      // An unusable file must fail the command before any request.
      const auditAppliance = options.config === undefined ? undefined : replayVerifier(options.config, client);
      const eventBridge = eventBridgeClient(client);
      await inCloud(eventBridge, command, () => replay(options, eventBridge, sqsClient(client), auditAppliance));
    });
}

async function replay(
  options: Options,
  eventBridge: EventBridgeClient,
  sqs: SQSClient,
  auditAppliance: ReturnType<typeof replayVerifier> | undefined,
): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const printJson = (value: object): void => {
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
    say('events of the last ten minutes may not be in the archive yet; they are not lost, and can be replayed later');
  }
  const preview = previewReplay(plan, auditAppliance !== undefined, Date.now());
  printJson(planJson(plan, preview));
  if (options.dryRun) {
    if (!options.json) say(dryRunText(plan, preview));
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
      stallMs: options.wait * 60_000,
      now: Date.now,
      ...(auditAppliance === undefined ? {} : { auditAppliance }),
    });
    const { lines, status } = replaySummary(result, {
      audited: auditAppliance !== undefined,
      bounded: plan.from !== undefined,
      wait: options.wait,
    });
    for (const line of lines) say(line);
    printJson(resultJson(result, status));
    process.exitCode = status;
  } catch (error) {
    if (!(error instanceof ReplayUnfinished)) throw error;
    say(error.message);
    process.exitCode = COMPLAINTS;
  } finally {
    process.off('SIGINT', stop);
  }
}

/** Returns the last lines and the exit status of a replay. */
export function replaySummary(
  { end, complaints, parked }: ReplayResult,
  { audited, bounded, wait }: { readonly audited: boolean; readonly bounded: boolean; readonly wait: number },
): { readonly lines: readonly string[]; readonly status: number } {
  const letters =
    parked === 0
      ? []
      : [
          `${parked} archived ${parked === 1 ? 'event cannot be read and was' : 'events cannot be read and were'} parked: nspass redrive --dry-run shows why. Every replay of their time parks them again; other events are not affected.`,
        ];
  if (end === 'interrupted') return { lines: [...letters, 'interrupted'], status: INTERRUPTED };
  if (end === 'stalled')
    return { lines: [...letters, `no progress for ${wait} minutes: stopped waiting`], status: COMPLAINTS };
  if (complaints.length > 0) return { lines: [...complaints, ...letters], status: COMPLAINTS };
  const events = parked === 0 ? 'all events' : 'all other events';
  const done = `${events} were applied${audited ? ', and the appliances are as recorded' : ''}`;
  const caveat =
    audited || bounded
      ? []
      : [
          'Clusters that were lost more than 26 hours ago are not included: use --config, or --from with a time before they were lost.',
        ];
  return { lines: [...caveat, ...letters, done], status: parked === 0 ? 0 : PARKED };
}
