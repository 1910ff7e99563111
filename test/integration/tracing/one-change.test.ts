import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SAMPLE, service } from '../../../lib/cli/demo/manifests.ts';
import { type LocalStack, startLocalStack } from '../../../lib/cli/local/stack.ts';
import { type BusEvent, parseTraceparent, type ReceivedEvent } from '../../../lib/contract/index.ts';
import { tracingFromEnvironment } from '../../../lib/tracing/index.ts';
import { type OtlpCollector, type OtlpSpan, startOtlpCollector } from '../../support/otlp-collector.ts';

/** Forwarder, bus, queue, functions and appliance, with spans sent over HTTP to a collector. */
describe('one change is followed from the forwarder over a replay to the requests of the appliance', () => {
  let folder: string;
  let collector: OtlpCollector;
  let stack: LocalStack;
  const sent: BusEvent[] = [];
  const outcomes: ReceivedEvent[] = [];
  const losses: string[] = [];
  beforeEach(async () => {
    sent.length = 0;
    outcomes.length = 0;
    losses.length = 0;
    folder = await mkdtemp(join(tmpdir(), 'nspass-tracing-'));
    await writeFile(join(folder, 'services.yaml'), service('frontend-hotdrinks', ['10.244.0.11']));
    await writeFile(join(folder, 'hotdrinks.yaml'), SAMPLE);
    collector = await startOtlpCollector();
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'authorization=Bearer%20secret-of-the-collector');
    const tracing = tracingFromEnvironment({
      service: 'nspass-local',
      intervalMs: 1,
      onLoss: (_spans, reason) => void losses.push(reason),
    });
    stack = await startLocalStack({
      folder,
      windowMs: 20,
      drainSeconds: 0,
      tracing,
      onEvent: (event) => void sent.push(event),
      onOutcome: (event) => void outcomes.push(event),
    });
    await stack.ready;
  });
  afterEach(async () => {
    await stack.stop();
    await collector[Symbol.asyncDispose]();
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  const ofTrace = (traceId: string | undefined) => collector.spans.filter((span) => span.traceId === traceId);
  const named = (spans: readonly OtlpSpan[], name: string | RegExp) =>
    spans.filter((span) => (typeof name === 'string' ? span.name === name : name.test(span.name)));
  const attribute = (span: OtlpSpan | undefined, key: string) =>
    Object.values(span?.attributes.find((one) => one.key === key)?.value ?? {})[0];

  async function changeMembers(): Promise<BusEvent> {
    sent.length = 0;
    outcomes.length = 0;
    await writeFile(join(folder, 'services.yaml'), service('frontend-hotdrinks', ['10.244.0.12', '10.244.0.13']));
    await expect.poll(() => outcomes.map(({ detailType }) => detailType)).toContain('Ingress Programmed');
    await stack.settled();
    const change = sent.find(({ detailType }) => detailType === 'Ingress Changed');
    if (change === undefined) return expect.unreachable('nothing was published');
    return change;
  }

  it('forwarder → function → appliance → outcome are one trace', async () => {
    const change = await changeMembers();
    const trace = parseTraceparent(change.detail.traceparent);
    await expect.poll(() => named(ofTrace(trace?.traceId), 'publish Ingress Programmed')).toHaveLength(1);
    await expect.poll(() => named(ofTrace(trace?.traceId), 'process Ingress Programmed')).toHaveLength(1);
    const spans = ofTrace(trace?.traceId);
    const [published] = named(spans, 'publish Ingress Changed');
    const [processed] = named(spans, 'process Ingress Changed');
    const [answered] = named(spans, 'publish Ingress Programmed');
    expect(published).toMatchObject({ spanId: trace?.spanId, kind: 4 });
    expect(published?.parentSpanId ?? '').toBe('');
    expect(processed).toMatchObject({ parentSpanId: published?.spanId, kind: 5 });
    expect(answered).toMatchObject({ parentSpanId: processed?.spanId, kind: 4 });
    const [reported] = named(spans, 'process Ingress Programmed');
    expect(reported).toMatchObject({ parentSpanId: answered?.spanId, kind: 5 });
    const requests = spans.filter(({ kind }) => kind === 3);
    expect(requests.length).toBeGreaterThanOrEqual(3);
    expect(new Set(requests.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([processed?.spanId]));
    expect(named(requests, /^(POST|PUT|DELETE) config\/servicegroup/).length).toBeGreaterThan(0);
    expect(outcomes.find(({ detailType }) => detailType === 'Ingress Programmed')?.trace?.traceId).toBe(trace?.traceId);
    expect(new Set(collector.spans.map(collector.serviceOf))).toEqual(new Set(['nspass-local']));
  });

  it('a replay of the event is a further step of the same trace', async () => {
    const change = await changeMembers();
    const traceId = parseTraceparent(change.detail.traceparent)?.traceId;
    const replays = () =>
      named(ofTrace(traceId), 'process Ingress Changed').filter((span) => attribute(span, 'nspass.replay') === 'again');
    expect(replays()).toEqual([]);
    await stack.replay('again');
    await stack.settled();
    await expect.poll(replays).toHaveLength(1);
    const [replayed] = replays();
    expect(replayed).toMatchObject({ parentSpanId: parseTraceparent(change.detail.traceparent)?.spanId });
  });

  it('no password, body or name of an object leaves with a span; the collector gets its own header', async () => {
    await changeMembers();
    await expect.poll(() => named(collector.spans, /^(POST|GET) /).length).toBeGreaterThan(0);
    const everything = collector.bodies.join();
    for (const secret of ['nsroot', 'password', '10.244.0.12', 'hotdrinks.beverages.com', 'secret-of-the-collector']) {
      expect(everything).not.toContain(secret);
    }
    expect(losses).toEqual([]);
    expect(new Set(collector.authorizations)).toEqual(new Set(['Bearer secret-of-the-collector']));
  });

  it('a collector that is down costs no change', async () => {
    collector.status = 400;
    await expect(changeMembers()).resolves.toMatchObject({ detailType: 'Ingress Changed' });
    expect(await stack.deadLetters()).toBe(0);
    expect(losses.length).toBeGreaterThan(0);
  });
});
