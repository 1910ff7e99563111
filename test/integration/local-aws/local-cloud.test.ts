import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replayArchive } from '../../../lib/aws/replay.ts';
import { UNDELIVERED } from '../../../lib/config/topology.ts';
import { eventBytes, parseEnvelope } from '../../../lib/contract/index.ts';
import { ArchiveError, createLocalCloud, type LocalCloud } from '../../../lib/local-aws/index.ts';
import { event, publish, queued, recorder, sequenceOf, until, withCloud, withdrawn } from './support.ts';

const work = (appliance: string) =>
  event('nspass.functions', 'Work Requested', { appliance, work: 'save', reason: 'asked' });
const resync = (cluster: string) =>
  event('nspass.functions', 'Resync Requested', { cluster, appliances: ['alpha'], reason: 'drift' });
const stale = (cluster: string) =>
  event('nspass.functions', 'Ingress Stale', {
    cluster,
    appliance: 'alpha',
    namespace: 'n',
    name: 'x',
    sequence: 1,
    recorded: 2,
  });

const replay = (cloud: LocalCloud, name: string, ruleArns?: string[]) =>
  replayArchive({
    client: cloud.eventBridge,
    name,
    archiveArn: cloud.archiveArn,
    busArn: cloud.busArn,
    from: new Date(0),
    to: new Date(Date.now() + 60_000),
    pollMs: 5,
    ...(ruleArns === undefined ? {} : { ruleArns }),
  });

describe('the way of an event', () => {
  it.each([
    ['desired state of a cluster that one appliance serves', () => withdrawn(1, { cluster: 'c1' }), ['alpha.fifo']],
    ['desired state of a cluster that two serve', () => withdrawn(1, { cluster: 'c2' }), ['alpha.fifo', 'beta.fifo']],
    ['desired state of a cluster that nobody serves', () => withdrawn(1, { cluster: 'c3' }), []],
    ['work', () => work('beta'), ['beta.fifo']],
    ['an outcome', () => stale('c2'), ['outcomes_c2']],
    ['a request for resync', () => resync('c1'), ['outcomes_c1']],
  ])('%s', async (_name, make, expected) => {
    await withCloud({}, async (cloud) => {
      await publish(cloud, [make()]);
      await cloud.idle();
      const reached: string[] = [];
      for (const { name } of cloud.topology.queues) if ((await queued(cloud, name)) > 0) reached.push(name);
      expect(reached).toEqual(expected);
    });
  });

  it('ends in a message that the contract reads', async () => {
    await withCloud({}, async (cloud) => {
      await publish(cloud, [withdrawn(7)]);
      const { handler, batches } = recorder();
      cloud.eventSource('alpha.fifo', handler).resume();
      await until('it arrived', () => batches.length === 1);
      expect(parseEnvelope(batches[0]?.[0]?.body ?? '')).toMatchObject({
        detailType: 'Ingress Withdrawn',
        data: { sequence: 7 },
      });
    });
  });

  it('carries the largest event that a publisher sends, whatever characters it has', async () => {
    await withCloud({}, async (cloud) => {
      const reason = 'ä€😀\u0000\uffff"\\\n'.repeat(10_800);
      const large = event('nspass.functions', 'Work Requested', { appliance: 'alpha', work: 'save', reason });
      expect(eventBytes(large)).toBeGreaterThan(255_000);
      await publish(cloud, [large]);
      const { handler, batches } = recorder();
      cloud.eventSource('alpha.fifo', handler).resume();
      await until('it arrived', () => batches.length === 1);
      expect(parseEnvelope(batches[0]?.[0]?.body ?? '').data).toEqual(large.detail.data);
    });
  });

  it('keeps the order of publishing where no disorder is wanted', async () => {
    await withCloud({}, async (cloud) => {
      await publish(
        cloud,
        Array.from({ length: 60 }, (_, index) => withdrawn(index)),
      );
      const log = recorder();
      cloud.eventSource('alpha.fifo', log.handler).resume();
      await until('all arrived', () => log.batches.flat().length === 60);
      expect(log.sequences.flat()).toEqual(Array.from({ length: 60 }, (_, index) => index));
    });
  });

  it('ends in the queue for the undelivered, with the reason, where its queue is gone', async () => {
    await withCloud({}, async (cloud) => {
      await cloud.sqs.send(new DeleteQueueCommand({ QueueUrl: cloud.queue('alpha.fifo').url }));
      await publish(cloud, [withdrawn(1)]);
      await cloud.idle();
      const { Messages = [] } = await cloud.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: cloud.queue(UNDELIVERED).url, MessageAttributeNames: ['All'] }),
      );
      expect(Messages.map(({ Body = '' }) => sequenceOf({ body: Body }))).toEqual([1]);
      expect(Messages[0]?.MessageAttributes?.RULE_ARN?.StringValue).toBe(cloud.ruleArn('desired_alpha'));
    });
  });
});

describe('disorder', () => {
  const count = 100;
  async function arrivals(options: { unordered?: boolean; duplicates?: number; seed?: number }): Promise<number[]> {
    let sequences: number[] = [];
    await withCloud({ ...options, maxDelayMs: 30 }, async (cloud) => {
      await publish(
        cloud,
        Array.from({ length: count }, (_, index) => withdrawn(index)),
      );
      await cloud.idle();
      const expected = await queued(cloud, 'alpha.fifo');
      const log = recorder();
      cloud.eventSource('alpha.fifo', log.handler).resume();
      await until('all arrived', () => log.batches.flat().length === expected);
      sequences = log.sequences.flat();
    });
    return sequences;
  }
  const all = Array.from({ length: count }, (_, index) => index);

  it('unordered: events overtake each other, none is lost or comes twice', async () => {
    const sequences = await arrivals({ unordered: true });
    expect(sequences).not.toEqual(all);
    expect(sequences.toSorted((a, b) => a - b)).toEqual(all);
  });

  it('duplicates: some events come twice, although the queue deduplicates by content', async () => {
    const sequences = await arrivals({ duplicates: 0.5, seed: 3 });
    expect(sequences.length).toBeGreaterThan(count + 25);
    expect(sequences.length).toBeLessThan(count + 75);
    expect([...new Set(sequences)].toSorted((a, b) => a - b)).toEqual(all);
  });
});

describe('the archive', () => {
  let stateDir: string;
  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), 'nspass-cloud-'));
  });
  afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

  it('keeps desired state over restarts, and nothing else', async () => {
    await withCloud({ stateDir }, async (cloud) => {
      await publish(cloud, [withdrawn(1), work('alpha'), stale('c1'), resync('c1'), withdrawn(2, { cluster: 'c3' })]);
    });
    await withCloud({ stateDir }, async (cloud) => {
      expect(await queued(cloud, 'alpha.fifo')).toBe(0);
      await publish(cloud, [withdrawn(3)]);
      await cloud.idle();
      await replay(cloud, 'all');
      const log = recorder();
      cloud.eventSource('alpha.fifo', log.handler).resume();
      await until('live and replayed arrived', () => log.batches.flat().length === 3);
      expect(log.batches.flat().map(({ body }) => [sequenceOf({ body }), parseEnvelope(body).replay])).toEqual([
        [3, undefined],
        [1, 'all'],
        [3, 'all'],
      ]);
    });
  });

  it('is replayed to the queues of the given rules only', async () => {
    await withCloud({}, async (cloud) => {
      await publish(cloud, [withdrawn(1, { cluster: 'c2' })]);
      await cloud.idle();
      await replay(cloud, 'beta-only', [cloud.ruleArn('desired_beta')]);
      expect([await queued(cloud, 'alpha.fifo'), await queued(cloud, 'beta.fifo')]).toEqual([1, 2]);
    });
  });

  it.each([false, true])('replayed onto a paused queue loses nothing (unordered: %s)', async (unordered) => {
    await withCloud({ unordered, maxDelayMs: 10 }, async (cloud) => {
      const log = recorder();
      const source = cloud.eventSource('alpha.fifo', log.handler);
      const minute = (index: number) => Date.parse('2026-01-01T00:00:00Z') + Math.floor(index / 50) * 60_000;
      await publish(
        cloud,
        Array.from({ length: 150 }, (_, index) => withdrawn(index, { at: minute(index) + index * 100 })),
      );
      await cloud.idle();
      source.resume();
      await until('the live events arrived', () => log.batches.flat().length === 150);
      await source.pause();
      log.batches.length = 0;

      await replay(cloud, 'onto-a-pause');
      expect(await queued(cloud, 'alpha.fifo')).toBe(150);
      expect(log.batches).toEqual([]);

      source.resume();
      await until('the replayed events arrived', () => log.batches.flat().length === 150);
      const sequences = log.sequences.flat();
      expect(sequences.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 150 }, (_, index) => index));
      if (!unordered) expect(sequences).toEqual(Array.from({ length: 150 }, (_, index) => index));
    });
  });

  it('says in one sentence why its folder cannot be used, and leaves nothing running', async () => {
    writeFileSync(join(stateDir, 'file'), '');
    const starting = createLocalCloud({ appliances: ['alpha'], clusters: {}, stateDir: join(stateDir, 'file') });
    await expect(starting).rejects.toThrow(ArchiveError);
  });
});

describe('createLocalCloud', () => {
  it('names a queue that is not there', async () => {
    await withCloud({}, async (cloud) => {
      expect(() => cloud.queue('gamma.fifo')).toThrow('no queue "gamma.fifo"; there are undelivered');
    });
  });

  it('ends while events are on their way, and says how many are lost', async () => {
    const clouds = { appliances: ['alpha'], clusters: { alpha: ['c1'] } };
    const slow = await createLocalCloud({ ...clouds, unordered: true, maxDelayMs: 3_600_000 });
    await publish(slow, [withdrawn(1), withdrawn(2)]);
    expect(await slow.stop()).toBe(2);
    const quick = await createLocalCloud(clouds);
    await publish(quick, [withdrawn(1), withdrawn(2)]);
    await quick.idle();
    expect(await quick.stop()).toBe(0);
  });
});
