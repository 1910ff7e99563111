import {
  type EventData,
  MAX_SEQUENCE,
  nameInCluster,
  qualifiedName,
  type ReceivedEvent,
} from '../../contract/index.ts';
import { finding } from '../../ingress/index.ts';
import type { ObjectMeta } from '../../ingress/kubernetes.ts';
import type { Log } from '../../telemetry/index.ts';
import type { Reporter } from '../ports.ts';
import { type Outbox, repeat } from '../publish/outbox.ts';
import type { PublishLoop } from '../publish/publish-loop.ts';
import type { Sequencer } from '../publish/sequence.ts';
import type { SnapshotFlags } from '../publish/snapshot-flags.ts';
import { sharedText } from '../source/shared-text.ts';
import { refOf } from '../state/ingress-ref.ts';
import type { PublishedState } from '../state/published-state.ts';
import { gatewayAnswer } from './gateway-answer.ts';
import type { GatewayConfirmations } from './gateway-confirmations.ts';
import { EMPTY_HISTOGRAM, observed } from './histogram.ts';
import { type IngressOutcomeEvent, type OutcomeReport, type OutcomeReports, ownerNameIn } from './outcomes.ts';
import { readResync } from './resync.ts';
import { foreignReason } from './same-ingress.ts';
import type { StageFindings } from './stage-findings.ts';

export interface FeedbackOptions {
  readonly cluster: string;
  readonly clusterUid: string;
  readonly sequencer: Pick<Sequencer, 'last' | 'observe'>;
  readonly published: PublishedState;
  readonly outbox: Outbox;
  readonly flags: SnapshotFlags;
  readonly reports: OutcomeReports;
  /** Holds what the appliances say about Gateways. */
  readonly confirmations: Pick<GatewayConfirmations, 'replace'>;
  readonly reporter: Reporter;
  /** Reports findings about an Ingress once each. */
  readonly stages: Pick<StageFindings, 'report'>;
  readonly log: Log;
  /** Returns the metadata of an Ingress in the cluster. */
  readonly metadata: (name: string) => ObjectMeta | undefined;
  /** Returns whether the object asks to be routed now. */
  readonly isWanted: (name: string) => boolean;
  /** Takes the sequence of a snapshot that an appliance answered. */
  readonly answered: (sequence: number) => void;
  /** Returns the number of Ingresses above which a snapshot is cheaper. */
  readonly overflowThreshold: () => number;
  readonly loop: Pick<PublishLoop, 'snapshot' | 'storm' | 'wake'>;
}

/** Counters before the first outcome. */
export const NO_OUTCOME_COUNTS = { refused: 0, foreign: 0, programming: EMPTY_HISTOGRAM };

/**
 * Handles the events that come back from the bus:
 *
 * | event | action |
 * |---|---|
 * | `Ingress Programmed`, `Removed`, `Rejected`, `Failed` | report status and Events; after `Failed` flag the next snapshot |
 * | `Gateway Programmed`, `Removed`, `Rejected` | the same, and remember what the appliance confirms |
 * | `Ingress Stale` | publish the Ingress again if nothing later was published (protocol rule 14) |
 * | `Prune Refused`, `Snapshot Applied` | flag snapshots until every refused range is applied (rule 11) |
 * | `Resync Requested` | publish these Ingresses, or a snapshot, with `verify` (rule 10) |
 * | `Certificates Expiring` | a Kubernetes Event for each certificate, once for each stage of its urgency |
 * | any, about another cluster of this name or an earlier Ingress of this name | drop ({@link foreignReason}) |
 * | any, with a sequence that this clock has not reached | move the clock above it and publish a flagged snapshot (rule 14) |
 */
export class Feedback {
  readonly #options: FeedbackOptions;
  /** Refused ranges of snapshots, outcomes about another cluster or Ingress, and how long changes took to be programmed. */
  readonly counts = { ...NO_OUTCOME_COUNTS };

  constructor(options: FeedbackOptions) {
    this.#options = options;
  }

  async take(event: ReceivedEvent): Promise<void> {
    const { cluster, flags } = this.#options;
    if (!('cluster' in event.data) || event.data.cluster !== cluster) return;
    if (this.#isForeign(event) || !this.#catchUp(event)) return;
    switch (event.detailType) {
      case 'Ingress Failed':
      case 'TLSRoute Failed':
      case 'Gateway Failed':
        flags.failed();
        return this.#report(event);
      case 'Ingress Programmed':
      case 'Ingress Removed':
      case 'Ingress Rejected':
      case 'TLSRoute Programmed':
      case 'TLSRoute Removed':
      case 'TLSRoute Rejected':
      case 'Gateway Programmed':
      case 'Gateway Removed':
      case 'Gateway Rejected':
        return this.#report(event);
      case 'Ingress Stale':
      case 'TLSRoute Stale':
      case 'Gateway Stale':
        return this.#stale(event);
      case 'Snapshot Applied':
        return this.#applied(event.data);
      case 'Prune Refused':
        return this.#refused(event.data);
      case 'Resync Requested':
        return this.#resync(event.data);
      case 'Certificates Expiring':
        return this.#expiring(event.data);
    }
  }

  #isForeign(event: ReceivedEvent): boolean {
    const { clusterUid, metadata } = this.#options;
    if (!('sequence' in event.data) || !('appliance' in event.data)) return false;
    const { data, detailType } = event as Parameters<typeof foreignReason>[1] & ReceivedEvent;
    // `Ingress Stale` concerns the clock of the cluster, whichever Ingress had the name.
    const ingress =
      'name' in data && !detailType.endsWith(' Stale') ? metadata(ownerNameIn({ detailType, data })) : undefined;
    const why = foreignReason(clusterUid, { data }, ingress);
    if (why === undefined) return false;
    this.counts.foreign += 1;
    const { appliance, sequence } = data;
    const subject = 'name' in data ? qualifiedName(data) : `${data.from}-${data.to}`;
    this.#options.log.debug('dropped an outcome about another cluster or Ingress', {
      event: detailType,
      subject,
      appliance,
      sequence,
      why,
    });
    return true;
  }

  /** @returns false for an event with an impossible sequence. */
  #catchUp({ detailType, data }: ReceivedEvent): boolean {
    const { sequencer, log, loop } = this.#options;
    const seen = 'recorded' in data ? data.recorded : 'sequence' in data ? data.sequence : 0;
    if (seen <= sequencer.last) return true;
    if (seen > MAX_SEQUENCE) {
      log.error('ignored an outcome with an impossible sequence', { event: detailType, sequence: seen });
      return false;
    }
    log.warn('the sequence is behind a recorded one; moving above it', {
      event: detailType,
      seen,
      last: sequencer.last,
    });
    sequencer.observe(seen);
    // Events below it were dropped, even withdrawals of Ingresses that are forgotten here.
    loop.snapshot({ reason: 'sequence behind', flagged: true });
    return true;
  }

  async #report(event: IngressOutcomeEvent): Promise<void> {
    const { reports, reporter, metadata, isWanted } = this.#options;
    const name = ownerNameIn(event);
    if (metadata(name) === undefined) return;
    const report = reports.take(event);
    if (report === undefined) return;
    if (!report.late && !report.again) this.#measure(event);
    this.#confirm(event, report);
    try {
      // An outcome of before its withdrawal may come late, or be redriven: it adds nothing any more.
      const left = (there: readonly string[]) => report.status(there).filter((ip) => there.includes(ip));
      await reporter.status(refOf(name), isWanted(name) ? report.status : left);
      for (const each of report.events) await reporter.event(refOf(name), each);
    } catch (error) {
      report.failed();
      throw error;
    }
  }

  /** Measures a change of members that an appliance has programmed: from Kubernetes' observation to the outcome. */
  #measure({ detailType, triggeredAt, time }: IngressOutcomeEvent): void {
    if (triggeredAt === undefined || !detailType.endsWith(' Programmed')) return;
    this.counts.programming = observed(this.counts.programming, time - triggeredAt);
  }

  /** Remembers what an appliance says about a Gateway. */
  #confirm(event: IngressOutcomeEvent, { late }: OutcomeReport): void {
    const answer = late ? undefined : gatewayAnswer(event);
    if (answer === undefined) return;
    this.#options.confirmations.replace(qualifiedName(event.data), event.data.appliance, answer);
  }

  #stale(event: ReceivedEvent & { readonly data: EventData<'Ingress Stale'> }): void {
    const { published, outbox, loop } = this.#options;
    const name = ownerNameIn(event);
    const last = published.get(name);
    // Events that overtook each other are stale, too: the later one is on its way, or is the recorded one.
    if (last === undefined || last.sequence >= event.data.recorded) return;
    outbox.add(name, repeat());
    loop.wake();
  }

  #refused(data: EventData<'Prune Refused'>): void {
    this.#options.flags.refused(data.appliance, data, data.sequence, data.reason);
    this.counts.refused += 1;
    this.#options.answered(data.sequence);
    const { appliance, from, to, routes, removes, limitPercent, reason } = data;
    const fields = { appliance, from, to, routes, removes, limitPercent, reason };
    this.#options.log.error('an appliance refused a snapshot; nothing of it was applied', fields);
  }

  #applied(data: EventData<'Snapshot Applied'>): void {
    const { appliance, sequence } = data;
    const { flags, log, answered } = this.#options;
    answered(sequence);
    if (flags.applied(appliance, data, sequence)) {
      log.info('an appliance that refused snapshots accepts them again', { appliance });
    }
  }

  /** Nothing says that a certificate was renewed: its finding is forgotten with the Ingress, or with this process. */
  #expiring({ appliance, kind, certificates, ...ref }: EventData<'Certificates Expiring'>): void {
    const { metadata, stages } = this.#options;
    const name = sharedText(nameInCluster(kind, ref));
    if (metadata(name) === undefined) return;
    const findings = certificates.map(({ host, message }) => finding('CertificateExpires', { message, value: host }));
    stages.report(name, `certificates on ${appliance}`, findings);
  }

  #resync(request: EventData<'Resync Requested'>): void {
    const { log, outbox, loop, overflowThreshold } = this.#options;
    const resync = readResync(request, overflowThreshold());
    log.info('a resync was requested', { reason: request.reason, appliances: resync.verify, kind: resync.kind });
    if (resync.kind === 'all') {
      // Flagged, because it may follow a restore of the appliance (protocol rule 4).
      // Changes of tenants cause resyncs, so it may have to wait.
      loop.storm({ reason: `resync: ${request.reason}`, flagged: true, verify: resync.verify });
      return;
    }
    for (const name of resync.names) outbox.add(name, repeat(resync.verify));
    loop.wake();
  }
}
