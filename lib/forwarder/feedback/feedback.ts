import { type EventData, qualifiedName, type ReceivedEvent } from '../../contract/index.ts';
import type { ObjectMeta } from '../../ingress/kubernetes.ts';
import type { Log } from '../../telemetry/index.ts';
import type { Reporter } from '../ports.ts';
import { again, type Outbox } from '../publish/outbox.ts';
import type { SnapshotRequest } from '../publish/publish-loop.ts';
import type { Sequencer } from '../publish/sequence.ts';
import type { SnapshotFlags } from '../publish/snapshot-flags.ts';
import { refOf } from '../state/ingress-ref.ts';
import type { PublishedState } from '../state/published-state.ts';
import type { IngressOutcomeEvent, OutcomeReports } from './outcomes.ts';
import { readResync } from './resync.ts';
import { anotherThan } from './same-ingress.ts';

/** Beyond it a sequence is no time in milliseconds (it is the year 33658), and following it would lose the clock. */
const MAX_SEQUENCE = 1e15;

export interface FeedbackOptions {
  readonly cluster: string;
  readonly clusterUid: string;
  readonly sequencer: Pick<Sequencer, 'last' | 'observe'>;
  readonly announced: PublishedState;
  readonly outbox: Outbox;
  readonly flags: SnapshotFlags;
  readonly reports: OutcomeReports;
  readonly reporter: Reporter;
  readonly log: Log;
  /** Of an Ingress in the cluster. */
  readonly metadata: (name: string) => ObjectMeta | undefined;
  /** Takes an answer to a snapshot. */
  readonly answered: (sequence: number) => void;
  /** How many Ingresses are better told by a snapshot. */
  readonly many: () => number;
  readonly snapshot: (request: SnapshotRequest) => void;
  /** Something is in the outbox. */
  readonly wake: () => void;
}

/**
 * What comes back from the bus, and what follows from it:
 *
 * | event | follows |
 * |---|---|
 * | `Ingress Programmed`, `Removed`, `Rejected`, `Failed` | status and Events; after `Failed` the next snapshot is flagged |
 * | `Ingress Stale` | if it is the last that was said of the Ingress, it is said again (protocol rule 14) |
 * | `Prune Refused`, `Snapshot Applied` | snapshots are flagged until all that was refused is applied (rule 11) |
 * | `Resync Requested` | these Ingresses, or a snapshot, to be verified (rule 10) |
 * | any of another cluster of this name, or of an Ingress that had this name before | nothing (`same.ts`) |
 * | any with a sequence that this clock has not reached | the clock moves above it, and a flagged snapshot says all again (rule 14) |
 */
export class Feedback {
  readonly #options: FeedbackOptions;
  /** Snapshots that were refused, and outcomes that are about another cluster or Ingress. */
  readonly counts = { refused: 0, foreign: 0 };

  constructor(options: FeedbackOptions) {
    this.#options = options;
  }

  async take(event: ReceivedEvent): Promise<void> {
    const { cluster, flags } = this.#options;
    if (!('cluster' in event.data) || event.data.cluster !== cluster) return;
    if (this.#isForeign(event) || !this.#catchUp(event)) return;
    switch (event.detailType) {
      case 'Ingress Failed':
        flags.failed();
        return this.#report(event);
      case 'Ingress Programmed':
      case 'Ingress Removed':
      case 'Ingress Rejected':
        return this.#report(event);
      case 'Ingress Stale':
        return this.#stale(event.data);
      case 'Snapshot Applied':
        return this.#applied(event.data);
      case 'Prune Refused':
        return this.#refused(event.data);
      case 'Resync Requested':
        return this.#resync(event.data);
    }
  }

  #isForeign(event: ReceivedEvent): boolean {
    const { clusterUid, metadata } = this.#options;
    if (!('sequence' in event.data) || !('appliance' in event.data)) return false;
    const { data, detailType } = event as Parameters<typeof anotherThan>[1] & ReceivedEvent;
    // A late single event is answered whoever had the name when it was said: the clock is the cluster's.
    const of = 'name' in data && detailType !== 'Ingress Stale' ? metadata(qualifiedName(data)) : undefined;
    const why = anotherThan(clusterUid, { data }, of);
    if (why === undefined) return false;
    this.counts.foreign += 1;
    const { appliance, sequence } = data;
    const subject = 'name' in data ? qualifiedName(data) : `${data.from}-${data.to}`;
    this.#options.log.debug('an outcome is about another one and is not reported', {
      event: detailType,
      subject,
      appliance,
      sequence,
      why,
    });
    return true;
  }

  /** @returns false for an event that cannot be true. */
  #catchUp({ detailType, data }: ReceivedEvent): boolean {
    const { sequencer, log, snapshot } = this.#options;
    const seen = 'recorded' in data ? data.recorded : 'sequence' in data ? data.sequence : 0;
    if (seen <= sequencer.last) return true;
    if (seen > MAX_SEQUENCE) {
      log.error('an outcome has an impossible sequence and is ignored', { event: detailType, sequence: seen });
      return false;
    }
    log.warn('the sequence lies behind what was used before', { event: detailType, seen, last: sequencer.last });
    sequencer.observe(seen);
    // What was said below it is dropped, also withdrawals of Ingresses that are forgotten here.
    snapshot({ reason: 'sequence behind', flagged: true });
    return true;
  }

  async #report(event: IngressOutcomeEvent): Promise<void> {
    const { reports, reporter, metadata } = this.#options;
    const name = qualifiedName(event.data);
    if (metadata(name) === undefined) return;
    const report = reports.take(event);
    if (report === undefined) return;
    try {
      await reporter.status(refOf(name), report.status);
      for (const each of report.events) await reporter.event(refOf(name), each);
    } catch (error) {
      report.failed();
      throw error;
    }
  }

  #stale({ namespace, name, recorded }: EventData<'Ingress Stale'>): void {
    const { announced, outbox, wake } = this.#options;
    const said = announced.get(`${namespace}/${name}`);
    // Events that overtook each other are stale, too: what was said later is on its way, or is what was recorded.
    if (said === undefined || said.sequence >= recorded) return;
    outbox.add(`${namespace}/${name}`, again());
    wake();
  }

  #refused(data: EventData<'Prune Refused'>): void {
    this.#options.flags.refused(data.appliance, data, data.sequence, data.reason);
    this.counts.refused += 1;
    this.#options.answered(data.sequence);
    const { appliance, from, to, routes, removes, limitPercent, reason } = data;
    const fields = { appliance, from, to, routes, removes, limitPercent, reason };
    this.#options.log.error('a snapshot was refused: nothing of it was applied', fields);
  }

  #applied(data: EventData<'Snapshot Applied'>): void {
    const { appliance, sequence } = data;
    const { flags, log, answered } = this.#options;
    answered(sequence);
    if (flags.applied(appliance, data, sequence)) {
      log.info('an appliance that refused snapshots takes them again', { appliance });
    }
  }

  #resync(request: EventData<'Resync Requested'>): void {
    const { log, snapshot, outbox, wake, many } = this.#options;
    const resync = readResync(request, many());
    log.info('asked to publish again', { reason: request.reason, appliances: resync.verify, kind: resync.kind });
    if (resync.kind === 'all') {
      // Flagged, for it may follow a restore of the appliance (protocol rule 4).
      snapshot({ reason: `resync: ${request.reason}`, flagged: true, verify: resync.verify });
      return;
    }
    for (const name of resync.names) outbox.add(name, again(resync.verify));
    wake();
  }
}
