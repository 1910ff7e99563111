import type { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryBytes } from '../../../lib/aws/entry.ts';
import { createPublisher } from '../../../lib/aws/event-bridge.ts';
import {
  type BusEvent,
  type DetailType,
  EVENTS,
  type EventData,
  eventBytes,
  MAX_EVENT_BYTES,
  SOURCES,
  TARGET_EVENT_BYTES,
  toEvents,
} from '../../../lib/contract/index.ts';

/** What the service allows (EventBridge quotas): not the constant of the code. */
const ENTRY_LIMIT = 262_144;

/** Publishes as the functions do, to a bus that refuses what is too large. @returns what failed. */
async function publish(events: readonly BusEvent[]): Promise<unknown[]> {
  const client = {
    send: async ({ input: { Entries = [] } }: PutEventsCommand) => ({
      Entries: Entries.map((entry) =>
        entryBytes(entry) > ENTRY_LIMIT ? { ErrorCode: 'ValidationException' } : { EventId: '1' },
      ),
    }),
  };
  return [...(await createPublisher({ client: client as never, busName: 'nspass' }).publish(events)).failed];
}

const made = <T extends DetailType>(detailType: T, data: EventData<T>): BusEvent<T>[] =>
  toEvents(SOURCES.functions, detailType, data, { now: () => 0, subject: 'n/x' });
const dataOf = <T extends DetailType>(events: readonly BusEvent<T>[]): EventData<T>[] =>
  events.map(({ detail }) => detail.data);

async function expectToFit(detailType: DetailType, events: readonly BusEvent[]): Promise<void> {
  for (const event of events) {
    expect(eventBytes(event)).toBeLessThanOrEqual(TARGET_EVENT_BYTES);
    expect(EVENTS[detailType].schema.safeParse(event.detail.data).error).toBeUndefined();
  }
  expect(await publish(events)).toEqual([]);
}

const OUTCOMES = ['Ingress Programmed', 'Ingress Removed', 'Ingress Rejected', 'Ingress Failed'] as const;

/** Quotes, backslashes and characters of several bytes take more in JSON than they have. */
const text = (longest: number): fc.Arbitrary<string> =>
  fc
    .record({
      unit: fc.constantFrom('a', '"', '\\', '\n', 'é', '好', '😀', '\u0001'),
      length: fc.integer({ min: 0, max: longest }),
    })
    .map(({ unit, length }) => unit.repeat(length));
const list = <T>(item: fc.Arbitrary<T>, most: number): fc.Arbitrary<T[]> =>
  fc.record({ item, length: fc.integer({ min: 0, max: most }) }).map(({ item, length }) => Array(length).fill(item));

const outcome = fc.record({
  cluster: fc.constant('c'.repeat(40)),
  appliance: fc.constant('a'.repeat(63)),
  namespace: fc.constant('n'.repeat(63)),
  name: fc.constant('x'.repeat(253)),
  sequence: fc.constant(Number.MAX_SAFE_INTEGER),
  programmed: list(fc.constant({ ip: '2001:db8::10', port: 443 }), 10_000),
  removed: list(fc.constant({ ip: '2001:db8::10', port: 443 }), 10_000),
  hosts: list(text(253), 3_000),
  resetHosts: fc.option(list(text(253), 3_000), { nil: undefined }),
  findings: list(
    fc.record({
      code: fc.constant('HostConflict'),
      severity: fc.constant('error' as const),
      message: text(30_000),
      value: text(30_000),
    }),
    100,
  ),
  changes: list(text(20_000), 201),
  durationMs: fc.constant(1),
});

describe('an event that fits', () => {
  it('goes out as it is, with the id that it was given', () => {
    const data = { cluster: 'c1', appliances: ['edge'], ingresses: [{ namespace: 'n', name: 'x' }], reason: 'r' };
    const events = toEvents(SOURCES.functions, 'Resync Requested', data, { now: () => 0, id: 'e1' });
    expect(events.map(({ detail }) => [detail.id, detail.data])).toEqual([['e1', data]]);
  });

  it('a desired state is never cut, whatever its size: its maker lists it by name (rule 13)', () => {
    const listed = Array.from({ length: 10_000 }, (_, index) => ({
      namespace: 'n',
      name: `${'x'.repeat(40)}${index}`,
    }));
    const data = {
      cluster: 'c1',
      clusterUid: 'u',
      sequence: 1,
      from: '22',
      to: 'zz',
      flagged: true,
      ingresses: [],
      listed,
    };
    expect(dataOf(made('Cluster Snapshot', data))).toEqual([data]);
  });

  it('the limits are those of the service', () => {
    expect(MAX_EVENT_BYTES).toBe(ENTRY_LIMIT);
    expect(TARGET_EVENT_BYTES).toBeLessThan(MAX_EVENT_BYTES);
  });
});

describe('LIF-8: every event that functions make fits the bus', () => {
  it('a request to publish again is split: together the events name every Ingress once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 1, max: 240 }),
        text(1_000_000),
        async (count, length, reason) => {
          const ingresses = Array.from({ length: count }, (_, index) => ({
            namespace: `${'n'.repeat(58)}${index % 50}`,
            name: `${'x'.repeat(length)}${index}`,
          }));
          const events = made('Resync Requested', {
            cluster: 'c1',
            appliances: ['edge'],
            ingresses,
            tlsRoutes: ingresses,
            reason,
          });
          await expectToFit('Resync Requested', events);
          expect(dataOf(events).flatMap((data) => data.ingresses ?? [])).toEqual(ingresses);
          expect(dataOf(events).flatMap((data) => data.tlsRoutes ?? [])).toEqual(ingresses);
          expect(new Set(events.map(({ detail }) => detail.id)).size).toBe(events.length);
        },
      ),
      { numRuns: 8 },
    );
  });

  it.each(OUTCOMES)('%s is shortened, and counts what it leaves out', async (detailType) => {
    await fc.assert(
      fc.asyncProperty(outcome, text(1_000_000), async (lists, reason) => {
        const failed = detailType === 'Ingress Failed' ? { reason, retry: false } : {};
        const events = made(detailType, { ...lists, ...failed } as never) as BusEvent<'Ingress Programmed'>[];
        expect(events).toHaveLength(1);
        await expectToFit(detailType, events);
        const [data] = dataOf(events) as [EventData<'Ingress Programmed'>];
        for (const name of ['programmed', 'removed', 'hosts', 'resetHosts', 'findings', 'changes'] as const) {
          const kept = data[name]?.length ?? 0;
          expect(kept + (data.omitted?.[name] ?? 0), name).toBe(lists[name]?.length ?? 0);
        }
      }),
      { numRuns: 8 },
    );
  });

  it('a short outcome keeps what matters most: findings before hosts, hosts before changes', () => {
    const hosts = Array.from({ length: 600 }, (_, index) => `${'h'.repeat(240)}${index}.example.com`);
    const changes = Array.from({ length: 200 }, () => 'c'.repeat(2_000));
    const finding = { code: 'HostConflict', severity: 'error' as const, message: 'm' };
    const [data] = dataOf(
      made('Ingress Programmed', {
        cluster: 'c1',
        appliance: 'edge',
        namespace: 'n',
        name: 'x',
        sequence: 1,
        programmed: [{ ip: '192.0.2.10', port: 443 }],
        removed: [],
        hosts,
        findings: [finding],
        changes,
        durationMs: 1,
      }),
    );
    expect([data?.programmed.length, data?.findings, data?.hosts]).toEqual([1, [finding], hosts]);
    expect(data?.omitted).toEqual({ changes: 200 - (data?.changes.length ?? 0) });
  });

  it('a reason is clipped between characters, and says how much is missing', async () => {
    const range = { cluster: 'c1', appliance: 'edge', sequence: 1, from: '22', to: 'zz' };
    const counts = { routes: 0, removes: 0, limitPercent: 0 };
    const reason = `x${'😀'.repeat(200_000)}`;
    const refused = made('Prune Refused', { ...range, ...counts, reason });
    await expectToFit('Prune Refused', refused);
    expect(dataOf(refused)[0]?.reason).toBe(`x${'😀'.repeat(999)}… and ${reason.length - 1999} characters more`);
    const work = made('Work Requested', { appliance: 'edge', work: 'save', reason });
    await expectToFit('Work Requested', work);
  });
});
