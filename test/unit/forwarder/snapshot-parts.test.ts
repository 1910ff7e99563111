import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BusEvent, type EventData, inRange, keyPrefix, type SourceState } from '../../../lib/contract/index.ts';
import { AHEAD_PART } from '../../../lib/forwarder/publish/event-writer.ts';
import { StatesAhead } from '../../../lib/forwarder/publish/states-ahead.ts';
import { DEFAULT_SETTINGS } from '../../../lib/forwarder/settings.ts';
import { sourceSink } from '../../../lib/forwarder/source-sink.ts';
import { desiredState } from '../../../lib/forwarder/state/desired-state.ts';
import { ClusterStore } from '../../../lib/forwarder/state/store.ts';
import type { K8sObject } from '../../../lib/ingress/kubernetes.ts';
import { ingress, ManualClock, RecordingPublisher, ScriptedSource, service, slice, startForwarder } from './support.ts';

const COUNT = 3 * AHEAD_PART;
const nameOf = (index: number): string => `i${index}`;

/** A change of the cluster: of the Ingress of an index, or of what it needs. */
type Change =
  | { readonly put: K8sObject }
  | { readonly remove: 'Ingress' | 'Service' | 'EndpointSlice'; readonly name: string };

const index = fc.nat({ max: COUNT - 1 });
const classed = (name: string, controller: string): K8sObject => ({
  kind: 'IngressClass',
  metadata: { name, namespace: '' },
  spec: { controller },
});
const change: fc.Arbitrary<Change> = fc.oneof(
  index.map((i) => ({ put: ingress(nameOf(i), { annotations: { 'ingress.citrix.com/frontend-ip': '192.0.2.7' } }) })),
  index.map((i) => ({ put: ingress(nameOf(i), { class: 'ours' }) })),
  index.map((i) => ({ put: ingress(nameOf(i), { service: nameOf((i + 1) % COUNT) }) })),
  fc.tuple(index, fc.nat({ max: 250 })).map(([i, last]) => ({ put: slice(nameOf(i), [`10.1.0.${last}`]) })),
  index.map((i) => ({ remove: 'Ingress' as const, name: nameOf(i) })),
  index.map((i) => ({ remove: 'Service' as const, name: nameOf(i) })),
  index.map((i) => ({ remove: 'EndpointSlice' as const, name: `${nameOf(i)}-1` })),
  fc.constantFrom('citrix.com/ingress-controller', 'other').map((controller) => ({ put: classed('ours', controller) })),
);

const few = fc.array(change, { maxLength: 8 });

interface Said {
  readonly said: readonly SourceState[];
  /** The states of the range at the moment at which the event was made. */
  readonly wanted: readonly SourceState[];
}

const byName = (states: readonly SourceState[]) => [...states].sort((a, b) => a.name.localeCompare(b.name));

function judge(event: BusEvent, twin: ClusterStore): Said {
  const { from, to, ingresses } = event.detail.data as EventData<'Cluster Snapshot'>;
  const wanted = Array.from({ length: COUNT }, (_, i) => nameOf(i))
    .filter((name) => inRange(keyPrefix({ cluster: 'c', namespace: 'default', name }), { from, to }))
    .flatMap((name) => desiredState(twin, `default/${name}`, DEFAULT_SETTINGS).state ?? []);
  return { said: byName(ingresses), wanted: byName(wanted) };
}

/**
 * Runs a forwarder that takes one change in each turn, and makes two snapshots.
 *
 * @param changes those while the first is made, and those while the second is.
 * @returns its snapshots, and the number of turns.
 */
async function run(changes: readonly (readonly Change[])[]): Promise<{ snapshots: Said[]; turns: number }> {
  const snapshots: Said[] = [];
  const twin = new ClusterStore();
  const objects = Array.from({ length: COUNT }, (_, i) => [ingress(nameOf(i)), ...service(nameOf(i), ['10.1.0.1'])]);
  const source = new ScriptedSource(objects.flat());
  for (const object of objects.flat()) twin.upsert(object);
  const left: Change[] = [];
  let turns = 0;
  const clock = new ManualClock(1_700_000_000_000);
  clock.turn = async () => {
    turns += 1;
    const next = left.shift();
    if (next === undefined) return;
    if ('put' in next) {
      twin.upsert(next.put);
      source.sink.upsert(next.put);
    } else {
      twin.remove(next.remove, 'default', next.name);
      source.sink.remove(next.remove, 'default', next.name);
    }
  };
  const publisher = new RecordingPublisher();
  publisher.refuse = (event) => {
    if (event.detailType === 'Cluster Snapshot') snapshots.push(judge(event, twin));
    // The first attempt fails: the next is made of what was worked out, and of what changed since.
    return publisher.batches.length === 1;
  };
  left.push(...(changes[0] ?? []));
  const { forwarder } = await startForwarder(source, publisher, { clock });
  await clock.advance(5_000);
  left.splice(0, left.length, ...(changes[1] ?? []));
  forwarder.snapshot('test');
  await clock.advance(5_000);
  await forwarder.stop();
  return { snapshots, turns };
}

describe('a snapshot that is worked out in parts', () => {
  it('rule 14: whatever changes between two parts → each event says the cluster of its moment, whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(few, { minLength: 2, maxLength: 2 }), async (changes) => {
        const { snapshots, turns } = await run(changes);
        expect(turns).toBeGreaterThanOrEqual(2 * (COUNT / AHEAD_PART - 1));
        expect(snapshots.length).toBeGreaterThan(2);
        for (const { said, wanted } of snapshots) expect(said).toEqual(wanted);
      }),
      { numRuns: 40 },
    );
  });

  it('GW-6: the status of a Gateway drops what was worked out, because addresses may stand in it', () => {
    const ahead = new StatesAhead();
    const unused = {} as Parameters<typeof sourceSink>[0];
    const sink = sourceSink({ ...unused, statuses: undefined, ahead });
    ahead.keep('n/a', { wanted: false, candidate: undefined });
    sink.statusChanged?.('TLSRoute', 'n', 'a');
    expect(ahead.get('n/a')).toBeDefined();
    sink.statusChanged?.('Gateway', 'n', 'a');
    expect(ahead.get('n/a')).toBeUndefined();
  });
});
