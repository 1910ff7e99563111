import { afterEach, describe, expect, it } from 'vitest';
import { type HttpServer, json, serve } from '../../../../lib/forwarder/process/http.ts';
import { families } from '../../../../lib/forwarder/process/metrics.ts';
import { exposition } from '../../../../lib/forwarder/process/prometheus.ts';
import { type Condition, unreadiness } from '../../../../lib/forwarder/process/readiness.ts';
import { sampledLog } from '../../../../lib/forwarder/process/sampling.ts';
import { memoryLog } from '../../../support/memory-log.ts';

const kind = {
  kind: 'Ingress',
  objects: 3,
  listed: true,
  problem: undefined,
  silentMs: 1_000,
  doubted: false,
  restarts: { ended: 2, failed: 1 },
} as const;

describe('unreadiness', () => {
  const fine: Condition = {
    kinds: [kind],
    staleMs: 60_000,
    lease: undefined,
    identified: true,
    leader: { failures: 2, started: true },
    stopping: false,
  };
  it.each<[string, Partial<Condition>, string[]]>([
    ['a leader that publishes', {}, []],
    ['a replica that waits', { leader: undefined }, []],
    ['a kind never listed', { kinds: [{ ...kind, listed: false }] }, ['Ingress: never listed']],
    [
      'a kind of which nothing is listed, which cannot be',
      { kinds: [{ ...kind, doubted: true, listed: false }] },
      [expect.stringMatching(/^Ingress: the API server lists none at all.*snapshot\?confirmed=true/)],
    ],
    ['a kind that may not be read', { kinds: [{ ...kind, problem: 'forbidden' }] }, ['Ingress: forbidden']],
    ['a stale watch', { kinds: [{ ...kind, silentMs: 61_000 }] }, ['Ingress: nothing heard for 61 s']],
    ['publishing that fails', { leader: { failures: 3, started: true } }, ['publishing: failed 3 times in a row']],
    ['a leader that has not begun', { leader: { failures: 0, started: false } }, ['publishing: not started']],
    ['a Lease that cannot be used', { lease: 'forbidden' }, ['lease: forbidden']],
    ['a stop', { stopping: true }, ['stopping']],
    [
      'a cluster without identity',
      { identified: false },
      ['the cluster is not identified: the namespace kube-system was never read'],
    ],
  ])('of %s', (_what, change, reasons) => {
    expect(unreadiness({ ...fine, ...change })).toEqual(reasons);
  });
});

describe('exposition', () => {
  it('is the text format, with labels and help escaped', () => {
    const text = exposition([
      {
        name: 'x_total',
        type: 'counter',
        help: 'a\\b\nc',
        samples: [{ labels: { kind: 'I"\n\\', reason: 'r' }, value: 2 }, { value: 0.5 }],
      },
      { name: 'none', type: 'gauge', help: 'left out', samples: [] },
      { name: 'y', type: 'gauge', help: 'y', samples: [Number.NaN, Infinity, -Infinity].map((value) => ({ value })) },
    ]);
    expect(text).toBe(
      [
        '# HELP x_total a\\\\b\\nc',
        '# TYPE x_total counter',
        'x_total{kind="I\\"\\n\\\\",reason="r"} 2',
        'x_total 0.5',
        '# HELP y y',
        '# TYPE y gauge',
        'y NaN',
        'y +Inf',
        'y -Inf',
        '',
      ].join('\n'),
    );
  });
});

describe('families', () => {
  const all = families({
    kinds: [kind],
    leading: true,
    terms: 1,
    ready: true,
    forwarder: {
      ingresses: 3,
      announced: 2,
      waiting: 0,
      published: 9,
      failed: 0,
      failures: 0,
      snapshots: 1,
      lastPublishedAt: 1_700_000_000_500,
      lastSnapshotAt: 0,
      problems: 0,
      synced: true,
      complete: true,
      held: 0,
      refused: 0,
      foreign: 0,
      unansweredMs: 0,
    },
    reports: { status: 1, events: 2, failed: 0 },
    process: { residentBytes: 1, heapBytes: 1, cpuSeconds: 1, startSeconds: 1, eventLoopLagSeconds: 0.001 },
  });

  it('keep the conventions: a name each, counters and only counters end in _total, no unit but base units', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { name, type, help } of all) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      expect(name).not.toMatch(/_(ms|milliseconds|kb|minutes)(_|$)/);
      expect(help).toMatch(/\.$/);
    }
  });

  it('have no label but the kind and the reason', () => {
    const labels = all.flatMap(({ samples }) => samples.flatMap((sample) => Object.keys(sample.labels ?? {})));
    expect([...new Set(labels)].sort()).toEqual(['kind', 'reason']);
  });

  it('give times in seconds, and none for what never was', () => {
    const samples = (name: string) => all.find((each) => each.name === `nspass_forwarder_${name}`)?.samples;
    expect(samples('last_publish_timestamp_seconds')).toEqual([{ value: 1_700_000_000.5 }]);
    expect(samples('last_snapshot_timestamp_seconds')).toEqual([]);
    expect(samples('watch_silence_seconds')).toEqual([{ labels: { kind: 'Ingress' }, value: 1 }]);
    expect(samples('watch_restarts_total')).toEqual([
      { labels: { kind: 'Ingress', reason: 'ended' }, value: 2 },
      { labels: { kind: 'Ingress', reason: 'failed' }, value: 1 },
    ]);
  });
});

describe('serve', () => {
  let server: HttpServer | undefined;
  afterEach(() => server?.close());

  it.each([
    ['GET', '/ok', 200, 'fine'],
    ['HEAD', '/ok', 200, ''],
    ['POST', '/ok', 405, 'method not allowed\n'],
    ['GET', '/query?a=1', 200, '{"a":"1"}\n'],
    ['GET', '/toString', 404, 'not found\n'],
    ['GET', '//', 404, 'not found\n'],
    ['GET', '/../etc/passwd', 404, 'not found\n'],
  ])('answers %s %s with %i', async (method, path, status, body) => {
    server = await serve('127.0.0.1', 0, {
      'GET /ok': () => ({ status: 200, body: 'fine' }),
      'GET /query': (query) => json(200, { a: query.get('a') }),
    });
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
    expect([answer.status, await answer.text()]).toEqual([status, body]);
    if (status === 405) expect(answer.headers.get('allow')).toBe('GET');
  });

  it('answers 500 where an answer cannot be made, and goes on', async () => {
    server = await serve('127.0.0.1', 0, {
      'GET /ok': () => ({ status: 200, body: 'fine' }),
      'GET /metrics': () => {
        throw new Error('ENOENT: /proc/self/stat');
      },
    });
    const get = (path: string) => fetch(`http://127.0.0.1:${server?.port}${path}`);
    const broken = await get('/metrics');
    expect([broken.status, await broken.text()]).toEqual([500, 'cannot answer: ENOENT: /proc/self/stat\n']);
    expect((await get('/ok')).status).toBe(200);
  });

  it('says that its port is taken', async () => {
    server = await serve('127.0.0.1', 0, {});
    await expect(serve('127.0.0.1', server.port, {})).rejects.toThrow('EADDRINUSE');
  });
});

describe('sampledLog', () => {
  it('writes so many lines of a message each second, then one in a hundred that says so', () => {
    let now = 0;
    const all = memoryLog();
    const log = sampledLog(all, 2, () => now);
    for (let times = 0; times < 203; times += 1) log.info('often', { times });
    log.debug('rare');
    expect(all.lines.map(({ message, fields }) => [message, fields.leftOut])).toEqual([
      ['often', undefined],
      ['often', undefined],
      ['often', 99],
      ['often', 99],
      ['rare', undefined],
    ]);
    now = 1_000;
    log.info('often');
    expect(all.lines).toHaveLength(6);
  });

  it('never leaves an error out, and with 0 nothing', () => {
    const all = memoryLog();
    const log = sampledLog(all, 1, () => 0);
    for (let times = 0; times < 5; times += 1) log.error('broken');
    expect(all.lines).toHaveLength(5);
    expect(sampledLog(all, 0, () => 0)).toBe(all);
  });
});
