import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Command } from 'commander';
import { listReplays } from '../../aws/list-replays.ts';
import { type QueueSpec, type ServedClusters, topology } from '../../config/topology.ts';
import type { ConsoleQueue, ConsoleSources } from '../../console/index.ts';
import { inCloud } from '../cloud-target.ts';
import { queueCounts, queueUrl } from '../replay-drained.ts';
import { archiveOf } from '../replay-plan.ts';
import { replayView } from './replay-view.ts';

/** The deployment whose queues and replays are shown. */
export interface CloudSourceOptions {
  readonly deployment: string;
  readonly appliance: ServedClusters;
  readonly sqs: SQSClient;
  readonly eventBridge: EventBridgeClient;
  /** Names the deployment in errors. */
  readonly command: Command;
}

/** Replays that are shown. */
const MOST_REPLAYS = 20;

const KINDS: Readonly<Record<QueueSpec['purpose'], ConsoleQueue['kind']>> = {
  work: 'work',
  outcomes: 'outcomes',
  'dead-letter': 'dead-letters',
  parking: 'parking',
  undelivered: 'undelivered',
};

/** Returns what reads queues and replays of a deployment. Its errors say what to do. */
export function cloudSources({
  deployment,
  appliance,
  sqs,
  eventBridge,
  command,
}: CloudSourceOptions): Required<Pick<ConsoleSources, 'queues' | 'replays'>> {
  const urls = new Map<string, string>();
  const counted = async ({ name, purpose }: QueueSpec): Promise<ConsoleQueue> => {
    const url = urls.get(name) ?? (await queueUrl(sqs, `${deployment}-${name}`));
    urls.set(name, url);
    return { name, kind: KINDS[purpose], ...(await queueCounts(sqs, url)) };
  };
  const { queues } = topology([appliance]);
  let archiveArn: string | undefined;
  return {
    queues: () => inCloud(sqs, command, () => Promise.all(queues.map(counted))),
    replays: () =>
      inCloud(eventBridge, command, async () => {
        archiveArn ??= (await archiveOf(eventBridge, deployment)).ArchiveArn ?? '';
        return (await listReplays(eventBridge, archiveArn)).slice(0, MOST_REPLAYS).map(replayView);
      }),
  };
}
