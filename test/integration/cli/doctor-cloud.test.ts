import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DisableRuleCommand } from '@aws-sdk/client-eventbridge';
import { DeleteQueueCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sqsClient } from '../../../lib/aws/queue.ts';
import { type DoctorGroup, exitStatus } from '../../../lib/cli/doctor/check.ts';
import { checkCloud } from '../../../lib/cli/doctor/cloud-group.ts';
import { topology } from '../../../lib/config/topology.ts';
import { LOCAL_ACCOUNT } from '../../../lib/local-aws/arn.ts';
import { deploy } from '../../../lib/local-aws/deploy.ts';
import { FaultInjector, NO_FAULTS } from '../../../lib/local-aws/fault-injector.ts';
import { type LocalEventBridge, startLocalEventBridge } from '../../../lib/local-aws/local-event-bridge.ts';
import { createQueues, startQueueServer } from '../../../lib/local-aws/queue-server.ts';
import { silentLog } from '../../../lib/telemetry/index.ts';

const DEPLOYMENT = 'nspass-prod';
const REGION = 'eu-central-1';
const APPLIANCES = [{ name: 'edge', clusters: ['c1'] }];

/** The listing of event source mappings of Lambda: what the local cloud does not have. */
class Mappings {
  /** State of each queue's mapping; absent: no mapping. */
  readonly states = new Map<string, string>();
  /** Answers with this status and error instead. */
  refusal: { status: number; type: string } | undefined;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const name = new URL(request.url ?? '', 'http://x').searchParams.get('FunctionName');
      const headers = { 'content-type': 'application/json' };
      if (this.refusal !== undefined) {
        response.writeHead(this.refusal.status, { ...headers, 'x-amzn-errortype': this.refusal.type });
        response.end(JSON.stringify({ message: 'User is not authorized' }));
        return;
      }
      const queues = [...this.states].filter(([queue]) =>
        queue.includes('dead_letters') ? name === `${DEPLOYMENT}-dead-letter` : name === `${DEPLOYMENT}-reconcile`,
      );
      response.writeHead(200, headers);
      response.end(
        JSON.stringify({
          EventSourceMappings: queues.map(([queue, State], index) => ({
            UUID: `uuid-${index}`,
            EventSourceArn: `arn:aws:sqs:${REGION}:${LOCAL_ACCOUNT}:${DEPLOYMENT}-${queue}`,
            State,
          })),
        }),
      );
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

describe('nspass doctor --deployment, on local queues and a local bus', () => {
  const closing: (() => Promise<unknown>)[] = [];
  let events: LocalEventBridge;
  let sqs: SQSClient;
  let mappings: Mappings;
  let url: (queue: string) => string;

  beforeEach(async () => {
    const scope = { account: LOCAL_ACCOUNT, region: REGION };
    const plan = topology(APPLIANCES, { name: DEPLOYMENT });
    const queueServer = await startQueueServer();
    closing.push(() => queueServer.stop());
    sqs = sqsClient({ endpoint: queueServer.url, region: REGION });
    closing.push(async () => sqs.destroy());
    events = await startLocalEventBridge({
      scope,
      sqs,
      queueUrl: (arn) => queueServer.queueUrl(`${DEPLOYMENT}-${arn.split(':').at(-1)}`),
      archiveDir: undefined,
      faults: new FaultInjector(NO_FAULTS, Math.random),
      random: Math.random,
      maxRequestBytes: 1024 * 1024,
      now: Date.now,
      log: silentLog,
    });
    closing.push(() => events.stop());
    const prefixed = plan.queues.map(({ redrive, ...queue }) => ({
      ...queue,
      name: `${DEPLOYMENT}-${queue.name}`,
      ...(redrive === undefined ? {} : { redrive: { ...redrive, queue: `${DEPLOYMENT}-${redrive.queue}` } }),
    }));
    await createQueues(sqs, queueServer, scope, prefixed);
    await deploy(events.client, plan, scope);
    url = (queue) => queueServer.queueUrl(`${DEPLOYMENT}-${queue}`);
    mappings = new Mappings();
    mappings.states.set('edge.fifo', 'Enabled').set('dead_letters.fifo', 'Enabled');
    vi.stubEnv('AWS_ENDPOINT_URL_EVENTBRIDGE', events.url);
    vi.stubEnv('AWS_ENDPOINT_URL_SQS', queueServer.url);
    vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', await mappings.start());
    vi.stubEnv('AWS_REGION', REGION);
    closing.push(() => mappings.stop());
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const close of closing.splice(0).reverse()) await close();
  });

  const check = (appliances?: typeof APPLIANCES): Promise<DoctorGroup> =>
    checkCloud({ deployment: DEPLOYMENT, looking: () => {}, ...(appliances === undefined ? {} : { appliances }) });
  const results = ({ checks }: DoctorGroup): string[] => checks.map(({ check: name, result }) => `${result} ${name}`);
  const wrong = (group: DoctorGroup): string[] => results(group).filter((line) => line.startsWith('failed'));
  const line = ({ checks }: DoctorGroup, name: string) => checks.find((one) => one.check === name);

  it.each([
    ['of a configuration', APPLIANCES],
    ['that the rules name', undefined],
  ])('everything %s is there', async (_what, appliances) => {
    const group = await check(appliances);
    expect(results(group)).toEqual([
      'ok reachable',
      'ok credentials',
      'ok clock',
      'ok bus',
      'ok archive',
      'ok rules',
      'ok queue undelivered',
      'ok queue parked_letters.fifo',
      'ok queue dead_letters.fifo',
      'ok queue edge.fifo',
      'ok queue outcomes_c1',
      'ok event source dead_letters.fifo',
      'ok event source edge.fifo',
    ]);
    expect(line(group, 'reachable')?.text).toContain(`${events.url} (AWS_ENDPOINT_URL_EVENTBRIDGE)`);
    expect(exitStatus([group])).toBe(0);
  });

  it('an appliance of the configuration that was never deployed: queue, rules and event source are missing', async () => {
    const group = await check([...APPLIANCES, { name: 'new', clusters: ['c1'] }]);
    expect(wrong(group)).toEqual(['failed rules', 'failed queue new.fifo', 'failed event source new.fifo']);
    expect(line(group, 'rules')?.text).toContain('desired_new, work_new missing');
    expect(line(group, 'queue new.fifo')?.remedy).toContain('npm run deploy');
  });

  it('another name: no bus, no archive, and the remedy names the option', async () => {
    const group = await checkCloud({ deployment: 'nspass-prd', looking: () => {} });
    expect(wrong(group).slice(0, 2)).toEqual(['failed bus', 'failed archive']);
    expect(line(group, 'bus')?.remedy).toContain('Check --deployment (nspass-prd)');
    expect(group.reached).toBe(true);
  });

  it('dead letters: the command that shows their reasons', async () => {
    const send = (queue: string, fifo: boolean) =>
      sqs.send(
        new SendMessageCommand({
          QueueUrl: url(queue),
          MessageBody: queue,
          ...(fifo ? { MessageGroupId: 'g', MessageDeduplicationId: queue } : {}),
        }),
      );
    await send('parked_letters.fifo', true);
    await send('undelivered', false);
    await send('edge.fifo', true);
    const group = await check(APPLIANCES);
    expect(wrong(group)).toEqual(['failed queue undelivered', 'failed queue parked_letters.fifo']);
    expect(line(group, 'queue parked_letters.fifo')).toMatchObject({
      text: '1 dead letter waits for redrive',
      remedy: expect.stringContaining(`nspass redrive --deployment ${DEPLOYMENT} --dry-run`),
    });
    expect(line(group, 'queue undelivered')?.remedy).toContain('--queue undelivered --dry-run');
    expect(line(group, 'queue edge.fifo')).toMatchObject({ result: 'ok', text: '1 waiting, 0 in flight' });
  });

  it('a queue that was deleted, and a rule that is disabled', async () => {
    await sqs.send(new DeleteQueueCommand({ QueueUrl: url('outcomes_c1') }));
    await events.client.send(new DisableRuleCommand({ Name: 'desired_edge', EventBusName: DEPLOYMENT }));
    const group = await check(APPLIANCES);
    expect(wrong(group)).toEqual(['failed rules', 'failed queue outcomes_c1']);
    expect(line(group, 'rules')?.remedy).toBe(
      `Enable each: aws events enable-rule --event-bus-name ${DEPLOYMENT} --name desired_edge`,
    );
  });

  it('a paused appliance, and a function without a mapping', async () => {
    mappings.states.set('edge.fifo', 'Disabled').delete('dead_letters.fifo');
    const group = await check(APPLIANCES);
    expect(wrong(group)).toEqual(['failed event source dead_letters.fifo', 'failed event source edge.fifo']);
    expect(line(group, 'event source edge.fifo')?.remedy).toContain('--uuid uuid-0 --enabled');
  });

  it('a permission that the operator lacks is not seen, and names the action', async () => {
    mappings.refusal = { status: 403, type: 'AccessDeniedException' };
    const group = await check(APPLIANCES);
    expect(wrong(group)).toEqual([]);
    expect(line(group, 'event source edge.fifo')).toMatchObject({
      result: 'unseen',
      text: expect.stringContaining('lambda:ListEventSourceMappings'),
      remedy: expect.stringContaining('OperatorPolicyArn'),
    });
  });

  it('credentials that a service rejects, and one that is throttled', async () => {
    mappings.refusal = { status: 403, type: 'UnrecognizedClientException' };
    expect(wrong(await check(APPLIANCES))).toEqual(['failed credentials']);
    mappings.refusal = { status: 400, type: 'InvalidParameterValueException' };
    expect(line(await check(APPLIANCES), 'event source edge.fifo')).toMatchObject({
      result: 'unseen',
      text: expect.stringContaining('InvalidParameterValueException'),
    });
  });

  it('one service that is away hides no other, and names its address and variable', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_SQS', 'http://127.0.0.1:1');
    const group = await check(APPLIANCES);
    expect(wrong(group)).toEqual(['failed reachable']);
    expect(line(group, 'reachable')?.text).toContain('SQS at http://127.0.0.1:1 (AWS_ENDPOINT_URL_SQS)');
    expect(line(group, 'queue edge.fifo')).toMatchObject({
      result: 'unseen',
      text: 'was not seen: SQS was not reached',
    });
    expect(line(group, 'event source edge.fifo')).toMatchObject({ result: 'ok' });
    expect(group.reached).toBe(true);
  });

  it('nothing answers → exit status 3', async () => {
    for (const name of ['EVENTBRIDGE', 'SQS', 'LAMBDA']) vi.stubEnv(`AWS_ENDPOINT_URL_${name}`, 'http://127.0.0.1:1');
    const group = await check(APPLIANCES);
    expect(wrong(group)).toEqual(['failed reachable', 'failed reachable', 'failed reachable']);
    expect(exitStatus([group])).toBe(3);
  });
});
