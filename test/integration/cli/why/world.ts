import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { createReconcileHandler } from '../../../../functions/reconcile.ts';
import { createPublisher } from '../../../../lib/aws/event-bridge.ts';
import { eventSourceMappings, lambdaClient } from '../../../../lib/aws/lambda.ts';
import { queueCounts } from '../../../../lib/cli/replay-drained.ts';
import { DEAD_LETTERS, workQueueName } from '../../../../lib/config/topology.ts';
import { parseAppliances } from '../../../../lib/config/yaml.ts';
import { createForwarder, FolderSource, MemorySequences, memoryReporter } from '../../../../lib/forwarder/index.ts';
import { createLocalCloud, type LocalCloud } from '../../../../lib/local-aws/index.ts';
import type { Runtime } from '../../../../lib/runtime/runtime.ts';
import { type Simulator, startSimulator } from '../../../../lib/simulator/index.ts';
import { memoryMetrics, silentLog } from '../../../../lib/telemetry/index.ts';
import { eventually } from '../../../support/eventually.ts';
import { Session } from '../../../support/sessions.ts';

export const HOST = 'shop.example.com';
const CLUSTER = 'prod-eu';
const DEPLOYMENT = 'nspass-prod';
const PASSWORD = 'correct-horse-battery';

/** The command that finds every cause, as a user has it in the history of the shell. */
export const COMMAND = [
  'why',
  HOST,
  ...['--from', 'manifests', '--config', 'appliances.yml', '--appliance', 'edge'],
  ...['--cluster', CLUSTER, '--deployment', DEPLOYMENT],
];

export interface WorldOptions {
  /** File → manifests. */
  readonly manifests: Readonly<Record<string, string>>;
  /** Further lines of the appliance in appliances.yml. */
  readonly settings?: readonly string[];
  /** Password that the functions have; that of the appliance by default. */
  readonly functionPassword?: string;
  /** Whether a port is open behind the member's address. */
  readonly membersUp?: boolean;
}

/**
 * A deployment with one appliance, and one cluster whose objects are a folder: the real forwarder publishes them over bus
 * and queue, the real function writes the appliance, and the real command looks at all of it.
 */
export class WhyWorld {
  readonly session: Session;
  readonly appliance: Simulator;
  readonly cloud: LocalCloud;
  readonly metrics: ReturnType<typeof memoryMetrics>;
  readonly #closing: (() => unknown)[];
  #forwarder: ReturnType<typeof createForwarder> | undefined;

  private constructor(
    parts: Pick<WhyWorld, 'session' | 'appliance' | 'cloud' | 'metrics'>,
    closing: (() => unknown)[],
  ) {
    this.session = parts.session;
    this.appliance = parts.appliance;
    this.cloud = parts.cloud;
    this.metrics = parts.metrics;
    this.#closing = closing;
  }

  static async start(options: WorldOptions): Promise<WhyWorld> {
    const closing: (() => unknown)[] = [];
    const backend = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(backend, 'listening');
    closing.push(() => backend.close());
    const port = options.membersUp === false ? 1 : (backend.address() as AddressInfo).port;
    const appliance = await startSimulator({
      username: 'nsroot',
      password: PASSWORD,
      map: new Map([['10.1.0.1:8443', { host: '127.0.0.1', port }]]),
    });
    closing.push(() => appliance.stop());
    const cloud = await createLocalCloud({
      appliances: ['edge'],
      clusters: { edge: [CLUSTER] },
      deployment: DEPLOYMENT,
    });
    const session = new Session({
      env: { ...cloud.env, EDGE_USERNAME: 'nsroot', EDGE_PASSWORD: PASSWORD },
      secrets: [PASSWORD],
      replace: [
        [appliance.url, 'http://192.0.2.5'],
        [/as of \d{4}-\d\d-\d\dT[\d:]+Z/, 'as of 2026-05-02T09:30:00Z'],
        [/--uuid [0-9a-f-]{36}/, '--uuid 14e0db71-5d35-4eb5-b481-8945cf9d10c2'],
        // How long an attempt takes differs from run to run.
        [/nspass: (attempt|waiting for) .*\n/, ''],
      ],
    });
    closing.push(() => session.close());
    const config = applianceFile(appliance.url, options.settings ?? []);
    session.write('appliances.yml', config);
    for (const [name, text] of Object.entries(options.manifests)) session.write(join('manifests', name), text);
    mkdirSync(join(session.folder, 'manifests'), { recursive: true });
    const metrics = memoryMetrics();
    const runtime: Runtime = {
      appliances: parseAppliances(config, 'appliances.yml'),
      credentials: { get: async () => ({ username: 'nsroot', password: options.functionPassword ?? PASSWORD }) },
      publisher: createPublisher({ client: cloud.eventBridge, busName: cloud.busName }),
      sqs: cloud.sqs,
      queuePrefix: `${DEPLOYMENT}-`,
      queueUrl: () => cloud.queue(workQueueName('edge')).url,
      deadLetterQueueUrl: cloud.queue(DEAD_LETTERS).url,
      log: silentLog,
      metrics,
      now: Date.now,
      random: Math.random,
    };
    const reconcile = createReconcileHandler(runtime);
    closing.push(async () => {
      await cloud.stop();
      await reconcile.close();
    });
    cloud.eventSource(workQueueName('edge'), reconcile, { functionName: `${DEPLOYMENT}-reconcile` }).resume();
    return new WhyWorld({ session, appliance, cloud, metrics }, closing);
  }

  /** Publishes the folder, as the forwarder of the cluster does. */
  async publish(): Promise<void> {
    const forwarder = createForwarder({
      cluster: CLUSTER,
      clusterUid: 'uid-1',
      source: new FolderSource(join(this.session.folder, 'manifests')),
      publisher: createPublisher({ client: this.cloud.eventBridge, busName: this.cloud.busName }),
      outcomes: { start: () => {}, stop: async () => {} },
      reporter: memoryReporter({}),
      sequences: new MemorySequences(),
      settings: { classNames: [], windowMs: 1 },
      log: silentLog,
    });
    this.#forwarder = forwarder;
    await forwarder.start();
    await forwarder.ready;
    await eventually(() => forwarder.metrics().waiting === 0, 'everything is published');
    await this.cloud.idle();
  }

  /** Publishes the folder, and waits until the appliance has it. */
  async program(): Promise<void> {
    await this.publish();
    await eventually(async () => (await this.waiting()) === 0, 'no event waits');
  }

  /** Events in the appliance's queue, those in flight included. */
  async waiting(): Promise<number> {
    const { waiting, inFlight } = await queueCounts(this.cloud.sqs, this.cloud.queue(workQueueName('edge')).url);
    return waiting + inFlight;
  }

  /** Waits until the appliance reports its only member so. */
  async member(state: 'UP' | 'DOWN'): Promise<void> {
    const url = `${this.appliance.url}/nitro/v1/config/servicegroup_servicegroupmember_binding?bulkbindings=yes`;
    const headers = { 'x-nitro-user': 'nsroot', 'x-nitro-pass': PASSWORD };
    await eventually(async () => {
      const answer = (await (await fetch(url, { headers })).json()) as Record<string, { svrstate: string }[]>;
      return answer.servicegroup_servicegroupmember_binding?.some(({ svrstate }) => svrstate === state);
    }, `the member is ${state}`);
  }

  /** Switches the event source mapping off, as an operator does in a hurry. */
  async pause(): Promise<void> {
    const lambda = lambdaClient({ endpoint: this.cloud.lambdaUrl, region: this.cloud.region });
    const [mapping] = await eventSourceMappings(lambda, `${DEPLOYMENT}-reconcile`);
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping?.uuid, Enabled: false }));
    lambda.destroy();
  }

  async stop(): Promise<void> {
    await this.#forwarder?.stop();
    for (const close of this.#closing.reverse()) await close();
  }
}

const applianceFile = (url: string, settings: readonly string[]): string => `appliances:
  - name: edge
    clusters: [${CLUSTER}]
    endpoints: ['${url}']
    credentials: { environment: EDGE }
${settings.map((line) => `    ${line}\n`).join('')}`;
