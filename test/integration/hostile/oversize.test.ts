import { describe, expect, it } from 'vitest';
import {
  type BusEvent,
  eventBytes,
  MAX_EVENT_BYTES,
  parseEnvelope,
  type ReceivedEvent,
  SOURCES,
  toEvents,
} from '../../../lib/contract/index.ts';
import { createForwarder } from '../../../lib/forwarder/forwarder.ts';
import { MemorySequences } from '../../../lib/forwarder/publish/sequence.ts';
import { projectObject } from '../../../lib/forwarder/source/kubernetes-projection.ts';
import type { K8sKind, K8sObject } from '../../../lib/ingress/index.ts';
import { ingress, path, rule } from '../../corpus/case.ts';
import { ingressClass } from '../../corpus/cluster.ts';
import { hostsOf } from '../../support/engine.ts';
import { PLAIN_BACKEND } from '../../support/hostile.ts';
import { startTestWorld } from '../../support/test-world.ts';
import {
  ManualClock,
  RecordingPublisher,
  RecordingReporter,
  ScriptedSource,
  settle,
} from '../../unit/forwarder/support.ts';

const project = (raw: object): K8sObject =>
  projectObject((raw as { kind: K8sKind }).kind, structuredClone(raw), () => undefined);

/** Objects of one namespace. */
function inNamespace(namespace: string, objects: readonly object[]): K8sObject[] {
  return objects.map((object) => {
    const { metadata, ...rest } = object as { metadata: object };
    return project({ ...rest, metadata: { ...metadata, namespace } });
  });
}

const KEPT = 'kept.example.com';
const evil = (name: string, shape: Parameters<typeof ingress>[0]) => ingress({ ...shape, metadata: { name } });
const many = (count: number, host = (index: number): string => `h${index}.evil.example`): string[] =>
  Array.from({ length: count }, (_, index) => host(index));

const messageOf = ({ source, detailType, detail }: BusEvent): string =>
  JSON.stringify({ id: detail.id, source, 'detail-type': detailType, time: detail.time, detail });

/** Runs a cluster with a neighbour and a hostile namespace through forwarder, contract, engine and appliance. */
async function run(hostile: readonly object[]) {
  const world = await startTestWorld();
  const clock = new ManualClock(1_700_000_000_000);
  const neighbour = ingress({ hosts: [KEPT], metadata: { name: 'kept', creationTimestamp: '2026-01-01T00:00:00Z' } });
  const source = new ScriptedSource([
    ingressClass('citrix'),
    ...inNamespace('evil', [...PLAIN_BACKEND, ...hostile]),
    ...inNamespace('good', [...PLAIN_BACKEND, neighbour]),
  ]);
  const publisher = new RecordingPublisher();
  const reporter = new RecordingReporter();
  const forwarder = createForwarder({
    cluster: 'test',
    clusterUid: 'uid-1',
    source,
    publisher,
    reporter,
    sequences: new MemorySequences(),
    clock,
  });
  await forwarder.start();
  await settle();
  await clock.advance(5_000);
  const outcomes: ReceivedEvent[] = [];
  let delivered = 0;
  const deliver = async (): Promise<void> => {
    for (const event of publisher.events.slice(delivered)) {
      const report = await world.deliver(parseEnvelope(messageOf(event)));
      for (const { detailType, data } of report.outcomes) {
        for (const each of toEvents(SOURCES.functions, detailType, data as never, { now: clock.now })) {
          expect(eventBytes(each)).toBeLessThanOrEqual(MAX_EVENT_BYTES);
          outcomes.push(parseEnvelope(messageOf(each)));
        }
      }
    }
    delivered = publisher.events.length;
  };
  await deliver();
  // A change of the neighbour comes through as ever.
  source.sink.upsert(inNamespace('good', [ingress({ hosts: [KEPT, `b.${KEPT}`], metadata: { name: 'kept' } })])[0]!);
  await clock.advance(1_000);
  await deliver();
  await forwarder.stop();
  return { world, publisher, reporter, outcomes };
}

/** What a tenant writes → the reason of the Kubernetes Event or the code of the finding that it gets. */
const GIANTS: readonly (readonly [what: string, code: string | undefined, manifest: object])[] = [
  [
    'an annotation of a megabyte',
    'IngressTooLarge',
    evil('big', { annotations: { 'ingress.citrix.com/monitor': 'x'.repeat(1_000_000) } }),
  ],
  [
    'annotations of others of a megabyte',
    undefined,
    evil('big', { hosts: ['own.evil.example'], annotations: { 'evil.example/x': 'x'.repeat(1_000_000) } }),
  ],
  [
    'a thousand annotations with our prefix',
    'FindingsOmitted',
    evil('big', {
      annotations: Object.fromEntries(many(1_000, (n) => `ingress.citrix.com/a${n}`).map((key) => [key, 'x'])),
    }),
  ],
  ['10,000 hosts', 'IngressTooLarge', evil('big', { hosts: many(10_000) })],
  ['1,000 invalid hosts', 'FindingsOmitted', evil('big', { hosts: many(1_000, (index) => `bad host ${index}`) })],
  ['1,000 hosts', undefined, evil('big', { hosts: many(1_000) })],
  ['10,000 hosts of TLS', 'TLSNotEnabled', evil('big', { tls: [{ hosts: many(10_000) }] })],
  [
    '10,000 paths',
    'IngressTooLarge',
    evil('big', { rules: [rule('own.evil.example', ...many(10_000).map((each) => path(`/${each}`, 'web')))] }),
  ],
  [
    '1,000 paths to as many Services',
    'PathsIgnored',
    evil('big', {
      rules: [
        rule(
          'own.evil.example',
          path('/', 'web'),
          ...many(1_000, (n) => `s${n}`).map((name) => path(`/${name}`, name)),
        ),
      ],
    }),
  ],
  ['a host of a megabyte', 'IngressTooLarge', evil('big', { hosts: ['a'.repeat(1_000_000)] })],
  ['a host of 100 KB', 'HostInvalid', evil('big', { hosts: [`${'a.'.repeat(50_000)}example`] })],
  [
    'JSON that is nested 100,000 times',
    'InvalidAnnotation',
    evil('big', { annotations: { 'ingress.citrix.com/lbvserver': '['.repeat(100_000) } }),
  ],
  [
    'JSON mappings that are nested 10,000 times',
    'InvalidAnnotation',
    evil('big', { annotations: { 'ingress.citrix.com/monitor': `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}` } }),
  ],
  [
    'JSON with 5,000 attributes',
    'FindingsOmitted',
    evil('big', {
      annotations: {
        'ingress.citrix.com/lbvserver': JSON.stringify({
          web: Object.fromEntries(many(5_000, (n) => `a${n}`).map((name) => [name, 1])),
        }),
      },
    }),
  ],
];

describe('LIF-8: what one tenant makes too large', () => {
  it.each(GIANTS)('%s → a remark on it alone, and the neighbour is served', async (_what, code, manifest) => {
    const { world, publisher, reporter, outcomes } = await run([manifest]);
    for (const event of publisher.events) expect(eventBytes(event)).toBeLessThanOrEqual(MAX_EVENT_BYTES);
    expect(hostsOf(world).has(KEPT)).toBe(true);
    expect(hostsOf(world).has(`b.${KEPT}`)).toBe(true);
    const codes = outcomes.flatMap(({ data }) =>
      'findings' in data && data.name === 'big' ? data.findings.map((each) => each.code) : [],
    );
    const reasons = reporter.events.map((line) => line.split(' ')).filter(([name]) => name === 'evil/big');
    const all = [...codes, ...reasons.map(([, reason]) => reason)];
    if (code === undefined) expect(all).toEqual([]);
    else expect(all).toContain(code);
    expect(reporter.events.filter((line) => line.startsWith('good/'))).toEqual([]);
    for (const { data } of outcomes) {
      if ('findings' in data && data.namespace === 'good') expect(data).toMatchObject({ findings: [], name: 'kept' });
    }
  });

  it('a Service with 10,000 endpoints → its Ingress is not published, the neighbour is', async () => {
    const endpoints = many(10_000, (index) => `10.${6 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`).map(
      (address) => ({ addresses: [address] }),
    );
    const [service, slice] = PLAIN_BACKEND as [object, object];
    const { world, reporter } = await run([
      service,
      { ...slice, endpoints },
      evil('big', { hosts: ['own.evil.example'] }),
    ]);
    expect(reporter.events).toContain('evil/big IngressTooLarge');
    expect([...hostsOf(world).keys()].sort()).toEqual([`b.${KEPT}`, KEPT]);
  });

  it('700 Ingresses that want the neighbour’s host and its front end → it keeps the host, each is told', async () => {
    const wanting = many(700, (index) => `i${index}`).map((name) =>
      ingress({ hosts: [KEPT], metadata: { name, creationTimestamp: '2026-02-01T00:00:00Z' } }),
    );
    const { world, publisher, outcomes } = await run(wanting);
    expect(publisher.events.length).toBeLessThan(20);
    const conflicts = outcomes.filter(({ data }) => 'findings' in data && data.findings[0]?.code === 'HostConflict');
    expect(conflicts).toHaveLength(700);
    const row = world.config().find((line) => line.startsWith('bind policy stringmap') && line.includes(` ${KEPT} `));
    expect(row).toContain('good/kept');
  });
});
