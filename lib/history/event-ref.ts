import type { ArchivedEvent, DESIRED_STATE, DetailType, ReceivedEvent } from '../contract/index.ts';

/** An event that says what a cluster wants: what archives keep. */
export type DesiredEvent = Extract<ReceivedEvent, { readonly detailType: (typeof DESIRED_STATE)[number] }>;

/** Something that the sender of a snapshot adds to it. */
type SnapshotFlag = 'flagged' | 'confirmed' | 'takesOver';

/** Names an archived event. */
export interface EventRef {
  readonly detailType: DetailType;
  /** CloudEvents id: the same in logs, in outcomes and in every replay. */
  readonly id: string;
  /** Time at which the bus had the event, in milliseconds since the epoch: whole seconds. */
  readonly published: number;
  readonly sequence: number;
  readonly cluster: string;
  readonly flags: readonly SnapshotFlag[];
  /** Name of the replay that brought the event; absent for one that the forwarder published. */
  readonly replay?: string;
}

const FLAGS: readonly SnapshotFlag[] = ['flagged', 'confirmed', 'takesOver'];

/** Returns the name of an event. */
export function eventRef(event: DesiredEvent, published: ArchivedEvent['published']): EventRef {
  const { detailType, id, data, replay } = event;
  return {
    detailType,
    id,
    published,
    sequence: data.sequence,
    cluster: data.cluster,
    flags: 'flagged' in data ? FLAGS.filter((flag) => data[flag] === true) : [],
    ...(replay === undefined ? {} : { replay }),
  };
}
