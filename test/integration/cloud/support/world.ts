import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { createPublisher, type EventBridgePublisher, eventBridgeClient } from '../../../../lib/aws/event-bridge.ts';
import { sqsClient } from '../../../../lib/aws/queue.ts';
import {
  type BusEvent,
  type IngressState,
  parseEnvelope,
  type ReceivedEvent,
  SOURCES,
  toEvent,
} from '../../../../lib/contract/index.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../../lib/simulator/index.ts';
import { changed } from '../../../support/events.ts';
import { eventually } from '../../../support/eventually.ts';
import { CloudApi } from './api.ts';
import { type Ministack, REGION, startMinistack } from './ministack.ts';
import { createProject, type Project } from './project.ts';
import { deployStack, type Stack } from './stack.ts';

export const DEPLOYMENT = 'nspass-dev';
export const CLUSTER = 'c1';
export const RECONCILE = 'ReconcileLambdaFunction';

/** The whole of it: a deployed stack, and the simulated appliance behind it. */
export interface World {
  readonly ministack: Ministack;
  readonly appliance: Simulator;
  readonly api: CloudApi;
  readonly project: Project;
  readonly stack: Stack;
  readonly eventBridge: EventBridgeClient;
  readonly sqs: SQSClient;
  readonly publisher: EventBridgePublisher;
  /** Publishes as the forwarder does. */
  publish(sequence: number, ingress: IngressState, verify?: readonly string[]): Promise<void>;
  /** Outcomes that came to the forwarder's queue, those of earlier calls included. */
  outcomes(): Promise<readonly ReceivedEvent[]>;
  invoke(name: string, event?: unknown): Promise<string>;
  /** Lines of ours in the running configuration, the records apart. */
  config(): string[];
  stop(): Promise<void>;
}

/** Waits for a condition; the error says what was not reached, and what the cloud logged. */
export async function until(world: Pick<World, 'ministack'>, what: string, holds: () => unknown): Promise<void> {
  await eventually(async () => Boolean(await holds()), what, 60_000).catch(async (error: Error) => {
    throw new Error(`${error.message}\n${(await world.ministack.log()).slice(-4000)}`);
  });
}

export function changedEvent(
  sequence: number,
  ingress: IngressState,
  verify: readonly string[] = [],
): BusEvent<'Ingress Changed'> {
  const event = changed(sequence, ingress, { cluster: CLUSTER, ...(verify.length === 0 ? {} : { verify }) });
  if (event.detailType !== 'Ingress Changed') throw new Error('no change');
  return toEvent(SOURCES.forwarder, 'Ingress Changed', event.data, {
    now: Date.now,
    subject: `${ingress.namespace}/${ingress.name}`,
  });
}

export async function startWorld(options: Pick<SimulatorOptions, 'map'> = {}): Promise<World> {
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const appliance = await startSimulator({ username: 'nspass', password: 'secret', ...options });
    closing.push(() => appliance.stop());
    const project = await createProject({
      appliances: `appliances:
  - name: edge
    clusters: [${CLUSTER}]
    endpoints: ['${appliance.url}']
    credentials: { secret: nspass/edge }
    drainSeconds: 0
    saveAfterSeconds: 0
`,
      settings: ['timeoutSeconds: 10'],
    });
    closing.push(() => project.remove());
    const packaged = await project.package();
    if (packaged.status !== 0) throw new Error(packaged.output);
    const ministack = await startMinistack();
    closing.push(() => ministack.stop());

    const place = { endpoint: ministack.endpoint, region: REGION };
    const eventBridge = eventBridgeClient(place);
    const sqs = sqsClient(place);
    closing.push(async () => {
      eventBridge.destroy();
      sqs.destroy();
    });
    const api = new CloudApi(ministack.endpoint, REGION);
    await api.json('secretsmanager', 'secretsmanager.CreateSecret', {
      Name: 'nspass/edge',
      SecretString: JSON.stringify({ username: 'nspass', password: 'secret' }),
    });
    const stack = await deployStack(api, eventBridge, project, DEPLOYMENT);
    const publisher = createPublisher({ client: eventBridge, busName: stack.outputs.get('BusName') ?? '' });
    const seen: ReceivedEvent[] = [];
    return {
      ministack,
      appliance,
      api,
      project,
      stack,
      eventBridge,
      sqs,
      publisher,
      async publish(sequence, ingress, verify) {
        const { failed } = await publisher.publish([changedEvent(sequence, ingress, verify)]);
        if (failed[0] !== undefined) throw failed[0].error;
      },
      async outcomes() {
        const QueueUrl = stack.outputs.get('OutcomesQueueUrlC1');
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
        for (const { Body = '', ReceiptHandle } of Messages) {
          seen.push(parseEnvelope(Body));
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
        return seen;
      },
      invoke: (name, event = {}) =>
        api.rest('lambda', 'POST', `/2015-03-31/functions/${name}/invocations`, JSON.stringify(event)),
      config: () =>
        appliance
          .runningConfig()
          .split('\n')
          .filter((line) => /nsp[-_]/.test(line) && !/nsp_l_/.test(line)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
