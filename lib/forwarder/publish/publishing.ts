import type { SequenceStore } from '../ports.ts';
import type { ForwarderSettings } from '../settings.ts';
import { EventBuilder } from './event-builder.ts';
import { EventWriter, type EventWriterOptions } from './event-writer.ts';
import { PublishLoop, type PublishLoopOptions } from './publish-loop.ts';
import { Sequencer } from './sequence.ts';

/** The options of the writer and of the loop that are not made here. */
export type PublishingOptions = Omit<EventWriterOptions, 'sequencer' | 'builder' | 'isRefused' | 'requestSnapshot'> &
  Omit<PublishLoopOptions, 'sequencer' | 'writer' | 'settings'> & {
    readonly cluster: string;
    readonly clusterUid: string;
    readonly sequences: SequenceStore;
    readonly settings: ForwarderSettings;
  };

/** Reads the reserved sequences and puts together what writes and publishes events. */
export async function openPublishing(options: PublishingOptions): Promise<{ sequencer: Sequencer; loop: PublishLoop }> {
  const { cluster, clusterUid, sequences, clock, flags } = options;
  const sequencer = await Sequencer.open(sequences, clock.now);
  const writer = new EventWriter({
    ...options,
    sequencer,
    builder: new EventBuilder(cluster, clusterUid, clock.now),
    isRefused: () => flags.refusing,
    requestSnapshot: (verify) => loop.snapshot({ reason: 'losses that nobody saw', flagged: true, verify }),
  });
  const loop: PublishLoop = new PublishLoop({ ...options, sequencer, writer });
  return { sequencer, loop };
}
