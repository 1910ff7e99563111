import { spawn } from 'node:child_process';
import { DeleteRuleCommand, ListRulesCommand, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { DeleteQueueCommand, ListQueuesCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPublisher } from '../../../lib/aws/event-bridge.ts';
import { historyAppliances } from '../../../lib/cli/history-appliances.ts';
import { type HistoryReplay, replayedBodies } from '../../../lib/cli/history-cloud.ts';
import { type BusEvent, SOURCES, toEvent } from '../../../lib/contract/index.ts';
import { Fold } from '../../../lib/history/index.ts';
import { createLocalCloud, type LocalCloud } from '../../../lib/local-aws/index.ts';
import { changed, snapshot, state } from '../../support/events.ts';
import { eventually } from '../../support/eventually.ts';
import { ALL, patient } from '../../support/patience.ts';
import { queued } from '../local-aws/support.ts';

const DEPLOYMENT = 'nspass-test';
const CLUSTER = 'c1';

/** Makes thirty changes of one Ingress, behind a snapshot of everything. Their time is now. */
const eventsToPublish = (): BusEvent[] =>
  [
    snapshot(1000, [state('shop')], { cluster: CLUSTER, flagged: true }),
    ...Array.from({ length: 30 }, (_, index) =>
      changed(1001 + index, state('shop', { members: [`10.1.0.${index + 2}`] }), { cluster: CLUSTER }),
    ),
  ].map(({ detailType, data, id }) => toEvent(SOURCES.forwarder, detailType, data as never, { now: Date.now, id }));

describe('the archive of EventBridge', () => {
  let cloud: LocalCloud;
  let said: string[];
  let published: readonly BusEvent[];

  beforeAll(async () => {
    cloud = await createLocalCloud({
      appliances: ['alpha'],
      clusters: { alpha: [CLUSTER] },
      deployment: DEPLOYMENT,
      unordered: true,
      duplicates: 0.3,
      maxDelayMs: 20,
      seed: 7,
    });
    // Behind the creation of the archive, which is as far back as a replay goes.
    published = eventsToPublish();
    await createPublisher({ client: cloud.eventBridge, busName: cloud.busName }).publish(published);
    await cloud.idle();
  });
  afterAll(() => cloud.stop());

  const request = (more: Partial<HistoryReplay> = {}): HistoryReplay => {
    said = [];
    return {
      eventBridge: cloud.eventBridge,
      sqs: cloud.sqs,
      deployment: DEPLOYMENT,
      to: new Date(),
      progress: { show: () => undefined, end: () => undefined },
      say: (line) => said.push(line),
      signal: new AbortController().signal,
      now: Date.now,
      sleep: async () => undefined,
      waitSeconds: 0,
      quietMs: 0,
      ...more,
    };
  };

  /** Names of the rules and queues that a replay made, and that are there. */
  async function made(): Promise<string[]> {
    const { Rules = [] } = await cloud.eventBridge.send(new ListRulesCommand({ EventBusName: cloud.busName }));
    const { QueueUrls = [] } = await cloud.sqs.send(new ListQueuesCommand({}));
    return [...Rules.map(({ Name = '' }) => Name), ...QueueUrls].filter((name) => name.includes('-history-'));
  }

  /** A client that sends all but one kind of request. */
  const refusing = <C extends { send: (command: never) => unknown }>(client: C, kind: unknown, text: string): C => ({
    ...client,
    send: (command: never, ...rest: []) =>
      (command as object) instanceof (kind as new () => object)
        ? Promise.reject(Object.assign(new Error(text), { name: 'AccessDeniedException' }))
        : client.send(command, ...rest),
  });

  it('a replay, disordered and with duplicates → every event once, in order, as archived; the functions get none', async () => {
    const before = await queued(cloud, 'alpha.fifo');
    const bodies = (await replayedBodies(request())) ?? [];
    const events = bodies.map((body) => JSON.parse(body));
    expect(events.map(({ detail }) => detail.data.sequence)).toEqual(published.map((_, index) => 1000 + index));
    expect(events.filter((event) => 'replay-name' in event)).toEqual([]);
    expect(await queued(cloud, 'alpha.fifo')).toBe(before);
    expect(await made()).toEqual([]);
    const fold = new Fold(historyAppliances({}));
    for (const body of bodies) fold.add(body);
    const [line] = fold.appliances[0]?.model.hosts.sorted() ?? [];
    expect(line?.entry.claims[0].members).toEqual(['10.1.0.31:8443']);
    expect(line?.since.id).toBe('event-1030');
  });

  /**
   * A replay whose events come some time after it was complete. The clock begins to run when the bus has delivered all of
   * them, half a second with each poll.
   *
   * @param onPoll is called with each poll after that.
   */
  function late(lateMs: number, onPoll: () => void = () => undefined) {
    const held: Message[] = [];
    const ids = new Set<string>();
    let [clock, complete] = [Date.now(), undefined as number | undefined];
    const eventBridge = {
      ...cloud.eventBridge,
      send: async (command: never) => {
        const answer = (await cloud.eventBridge.send(command)) as { readonly State?: string };
        if (answer.State === 'COMPLETED') complete ??= clock;
        return answer;
      },
    };
    const receive = async (command: ReceiveMessageCommand) => {
      const { Messages = [] } = await cloud.sqs.send(command);
      held.push(...Messages);
      for (const { Body = '' } of Messages) ids.add(JSON.parse(Body).id);
      if (complete === undefined || ids.size < published.length) return {};
      clock += 500;
      onPoll();
      return clock - complete < lateMs ? {} : { Messages: held.splice(0, 10) };
    };
    const sqs = {
      ...cloud.sqs,
      send: (command: never, ...rest: []) =>
        (command as object) instanceof ReceiveMessageCommand ? receive(command) : cloud.sqs.send(command, ...rest),
    };
    return { eventBridge, sqs, now: () => clock } as unknown as Partial<HistoryReplay>;
  }

  it('events that come after the replay is complete, within the quiet time → all are read, and the count is said', async () => {
    const bodies = await replayedBodies(request({ ...late(20_000), quietMs: 30_000 }));
    expect(bodies).toHaveLength(published.length);
    expect(said.at(-2)).toMatch(/^read 31 events, published from \S+Z to \S+Z; none came in the last 30 seconds$/);
    expect(said.at(-1)).toContain('events that it delivers later are missing. --quiet-time waits longer');
    expect(await made()).toEqual([]);
  });

  it('events that come later still → none is read, which is said; a longer quiet time reads them', async () => {
    expect(await replayedBodies(request({ ...late(45_000), quietMs: 30_000 }))).toEqual([]);
    expect(said.at(-2)).toBe('read 0 events; none came in the last 30 seconds');
    expect(await replayedBodies(request({ ...late(45_000), quietMs: 60_000 }))).toHaveLength(published.length);
    expect(await made()).toEqual([]);
  });

  it('Ctrl-C in the quiet time → undefined, as before the replay was complete', async () => {
    const ended = new AbortController();
    const replay = request({ ...late(20_000, () => ended.abort()), quietMs: 30_000, signal: ended.signal });
    expect(await replayedBodies(replay)).toBeUndefined();
    expect(said.join('\n')).not.toContain('read ');
    expect(await made()).toEqual([]);
  });

  it('EventBridge refuses the replay → the error, and nothing stays behind', async () => {
    const eventBridge = refusing(cloud.eventBridge, StartReplayCommand, 'no replay');
    await expect(replayedBodies(request({ eventBridge }))).rejects.toThrow('no replay');
    expect(await made()).toEqual([]);
  });

  it('Ctrl-C while the rule settles → undefined, and nothing stays behind', async () => {
    const ended = new AbortController();
    const sleep = async (): Promise<void> => ended.abort();
    expect(await replayedBodies(request({ signal: ended.signal, sleep }))).toBeUndefined();
    expect(await made()).toEqual([]);
  });

  it('Ctrl-C during the replay → the replay is cancelled, and nothing stays behind', async () => {
    const ended = new AbortController();
    const progress = {
      show: (_: number, label: string) => void (/starting|running/.test(label) && ended.abort()),
      end() {},
    };
    const sleep = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    await expect(replayedBodies(request({ signal: ended.signal, progress, sleep }))).resolves.toBeUndefined();
    expect(await made()).toEqual([]);
  });

  it('a rule that may not be deleted → the events, and how to remove it', async () => {
    const eventBridge = refusing(cloud.eventBridge, DeleteRuleCommand, 'not yours');
    expect(await replayedBodies(request({ eventBridge }))).toHaveLength(published.length);
    const [rule = ''] = await made();
    expect(said.join('\n')).toContain(`the rule ${rule} (AccessDeniedException: not yours)`);
    expect(said.join('\n')).toContain(`aws events delete-rule --event-bus-name ${DEPLOYMENT} --name ${rule}`);
    await cloud.eventBridge.send(new DeleteRuleCommand({ Name: rule, EventBusName: cloud.busName }));
  });

  it('a queue that may not be deleted, and a replay that failed → both are told', async () => {
    const eventBridge = refusing(cloud.eventBridge, StartReplayCommand, 'no replay');
    const sqs = refusing(cloud.sqs, DeleteQueueCommand, 'not yours');
    await expect(replayedBodies(request({ eventBridge, sqs }))).rejects.toThrow('no replay');
    const [url = ''] = await made();
    expect(said.join('\n')).toContain('aws sqs delete-queue --queue-url');
    await cloud.sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
  });

  it('a time range before the archive → no replay is started', async () => {
    const at = new Date('2020-01-01T00:00:00Z');
    await expect(replayedBodies(request({ from: at, to: at }))).rejects.toThrow('the time range is empty');
    expect(await made()).toEqual([]);
  });

  /** Runs the command as its users do. */
  function nspass(...args: string[]) {
    const child = spawn(process.execPath, ['lib/cli/main.ts', ...args, '--deployment', DEPLOYMENT], {
      env: { ...process.env, ...cloud.env, NO_COLOR: '1' },
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (text) => {
      output.stdout += text;
    });
    child.stderr.on('data', (text) => {
      output.stderr += text;
    });
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    return { child, output, ended };
  }

  it('Ctrl-C in a shell → 130, and nothing stays behind', { timeout: patient(60_000) }, async () => {
    const { child, output, ended } = nspass('at', '1m');
    await eventually(async () => (await made()).length === 2, 'the queue and the rule');
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(output.stderr).toContain('interrupted');
    expect(output.stdout).toBe('');
    expect(await made()).toEqual([]);
  });

  it.runIf(ALL)('both commands → the same as from a file', { timeout: patient(120_000) }, async () => {
    const now = new Date(Date.now() + 2_000).toISOString();
    const [at, history] = [
      nspass('at', now, '-o', 'json', '--quiet-time', '1'),
      nspass('history', 'shop.example.com', '-o', 'json', '--quiet-time', '1'),
    ];
    expect([await at.ended, await history.ended]).toEqual([0, 0]);
    expect(JSON.parse(at.output.stdout).appliances[0].routes[0].members).toEqual(['10.1.0.31:8443']);
    expect(JSON.parse(history.output.stdout).changes).toHaveLength(published.length);
    expect(await made()).toEqual([]);
  });
});
