import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Sleep } from '../aws/backoff.ts';
import { replayArchive } from '../aws/replay.ts';
import { PARKING, workQueueName } from '../config/topology.ts';
import { drained, messagesIn, queueUrl } from './replay-drained.ts';
import type { ReplayPlan } from './replay-plan.ts';
import type { Progress } from './replay-progress.ts';

export interface ReplayRun {
  readonly eventBridge: Pick<EventBridgeClient, 'send'>;
  readonly sqs: Pick<SQSClient, 'send'>;
  readonly deployment: string;
  /** Of the account, never used before. */
  readonly name: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly pollMs?: number;
  readonly sleep?: Sleep;
  /** Looks at an appliance afterwards. @returns what is not as it should be. */
  readonly verify?: (appliance: string) => Promise<readonly string[]>;
}

/** How it ended. Complaints: nothing that was replayed was lost, but not all of it took effect. */
export interface ReplayResult {
  readonly complaints: readonly string[];
}

/**
 * Replays, waits until the appliances have taken everything, and verifies.
 *
 * @throws {ReplayUnfinished} where the replay itself ended otherwise than completed.
 */
export async function runReplay(plan: ReplayPlan, run: ReplayRun): Promise<ReplayResult> {
  const { eventBridge, sqs, deployment, name, progress, signal, verify } = run;
  const pace = {
    ...(run.pollMs === undefined ? {} : { pollMs: run.pollMs }),
    ...(run.sleep === undefined ? {} : { sleep: run.sleep }),
  };
  const parking = await queueUrl(sqs, `${deployment}-${PARKING}`);
  const parkedBefore = await messagesIn(sqs, parking);
  const work = await Promise.all(
    plan.rules.map(({ appliance }) => queueUrl(sqs, `${deployment}-${workQueueName(appliance)}`)),
  );

  const span = plan.to.getTime() - plan.from.getTime();
  await replayArchive({
    client: eventBridge,
    name,
    archiveArn: plan.archiveArn,
    busArn: plan.busArn,
    ruleArns: plan.rules.map(({ arn }) => arn),
    from: plan.from,
    to: plan.to,
    signal,
    ...pace,
    onProgress: ({ state, lastReplayed }) => {
      const done = lastReplayed === undefined ? 0 : (lastReplayed.getTime() - plan.from.getTime()) / span;
      progress.show(state === 'COMPLETED' ? 1 : done, `replay ${state.toLowerCase()}`);
    },
  });

  let most = 1;
  const left = await drained(sqs, work, {
    signal,
    ...pace,
    onWait: (count) => {
      most = Math.max(most, count);
      progress.show(1 - count / most, `${count} events before the appliances`);
    },
  });
  progress.end();

  const complaints: string[] = [];
  if (left > 0) complaints.push(`${left} events still wait before the appliances`);
  const parked = (await messagesIn(sqs, parking)) - parkedBefore;
  if (parked > 0) complaints.push(`${parked} events are parked now: see nspass redrive --dry-run`);
  if (left === 0 && verify !== undefined) {
    for (const { appliance } of plan.rules) {
      complaints.push(...(await verify(appliance)).map((complaint) => `${appliance}: ${complaint}`));
    }
  }
  return { complaints };
}
