import { expect, it } from 'vitest';
import { createForwarder } from '../../../lib/forwarder/forwarder.ts';
import { MemorySequences } from '../../../lib/forwarder/publish/sequence.ts';
import { ingress, ManualClock, RecordingPublisher, RecordingReporter, ScriptedSource, service } from './support.ts';

it('LIF-6: a snapshot that is asked for, or due, before the source was read waits until it was', async () => {
  const clock = new ManualClock();
  const publisher = new RecordingPublisher();
  const source = new ScriptedSource([ingress('a')], 'never');
  const forwarder = createForwarder({
    cluster: 'c',
    clusterUid: 'u',
    source,
    publisher,
    reporter: new RecordingReporter(),
    sequences: new MemorySequences(),
    settings: { snapshotIntervalMs: 60_000, snapshotJitter: 0 },
    clock,
  });
  await forwarder.start();
  forwarder.snapshot('operator', { flagged: true });
  await clock.advance(200_000);
  expect(publisher.said).toEqual([]);

  for (const object of service('a', ['10.0.0.1'])) source.sink.upsert(object);
  source.sink.synced(true);
  await clock.advance(1_000);
  expect(publisher.said).toEqual(['Snapshot* [a]']);
  expect(publisher.events[0]?.detail.data).toMatchObject({ ingresses: [{ backends: [{ members: [{}] }] }] });
  await forwarder.stop();
});
