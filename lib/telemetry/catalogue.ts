/** Units as CloudWatch names them. */
export type MetricUnit = 'Count' | 'Milliseconds' | 'Seconds' | 'Bytes';

/** Dimensions that a metric may have. Hosts and Ingresses are never dimensions: there are too many. */
export type MetricDimension = 'appliance' | 'cluster' | 'reason';

export interface MetricDefinition {
  readonly unit: MetricUnit;
  readonly dimensions: readonly MetricDimension[];
  /** Sentence of the documentation: the value that the metric counts or measures, and when it matters. */
  readonly meaning: string;
}

/** CloudWatch namespace of every metric. The deployment's name is the dimension `service`. */
export const METRICS_NAMESPACE = 'nspass';

/** Every metric of the system. The documentation and the alarms are made from this table. */
export const METRICS = {
  MessagesReceived: { unit: 'Count', dimensions: ['appliance'], meaning: 'Messages of all batches of an appliance.' },
  MessagesInvalid: {
    unit: 'Count',
    dimensions: ['appliance'],
    meaning: 'Messages that are no event of this version: set aside in the dead-letter queue with the reason.',
  },
  MessageAge: {
    unit: 'Milliseconds',
    dimensions: ['appliance'],
    meaning: 'From the state that an event reports to the start of its batch.',
  },
  BatchesReturned: {
    unit: 'Count',
    dimensions: ['appliance', 'reason'],
    meaning: 'Batches given back to the queue for a transient cause. Lambda counts no error for them.',
  },
  MessagesSetAside: {
    unit: 'Count',
    dimensions: ['appliance'],
    meaning:
      'Messages that fail alone for a fault of the system’s own: set aside in the dead-letter queue with the reason.',
  },
  WorkFailed: {
    unit: 'Count',
    dimensions: ['appliance', 'reason'],
    meaning: 'Saves and clean-ups that failed. The reason says which. The audit asks for them again.',
  },
  IngressesProgrammed: { unit: 'Count', dimensions: ['appliance'], meaning: 'Outcomes `Ingress Programmed`.' },
  IngressesRemoved: { unit: 'Count', dimensions: ['appliance'], meaning: 'Outcomes `Ingress Removed`.' },
  IngressesRejected: {
    unit: 'Count',
    dimensions: ['appliance'],
    meaning: 'Outcomes `Ingress Rejected`: nothing of the Ingress can be programmed, its findings say why.',
  },
  IngressesFailed: { unit: 'Count', dimensions: ['appliance'], meaning: 'Outcomes `Ingress Failed`.' },
  TLSRoutesProgrammed: { unit: 'Count', dimensions: ['appliance'], meaning: 'Outcomes `TLSRoute Programmed`.' },
  TLSRoutesRemoved: { unit: 'Count', dimensions: ['appliance'], meaning: 'Outcomes `TLSRoute Removed`.' },
  TLSRoutesRejected: {
    unit: 'Count',
    dimensions: ['appliance'],
    meaning: 'Outcomes `TLSRoute Rejected`: nothing of the TLSRoute can be programmed, its findings say why.',
  },
  TLSRoutesFailed: { unit: 'Count', dimensions: ['appliance'], meaning: 'Outcomes `TLSRoute Failed`.' },
  GatewaysProgrammed: { unit: 'Count', dimensions: ['appliance'], meaning: 'Outcomes `Gateway Programmed`.' },
  GatewaysRemoved: { unit: 'Count', dimensions: ['appliance'], meaning: 'Outcomes `Gateway Removed`.' },
  GatewaysRejected: {
    unit: 'Count',
    dimensions: ['appliance'],
    meaning: 'Outcomes `Gateway Rejected`: no listener of the Gateway can be programmed, its findings say why.',
  },
  GatewaysFailed: { unit: 'Count', dimensions: ['appliance'], meaning: 'Outcomes `Gateway Failed`.' },
  EventsStale: { unit: 'Count', dimensions: ['appliance'], meaning: 'Events dropped because a newer one is recorded.' },
  EventsUnchanged: {
    unit: 'Count',
    dimensions: ['appliance'],
    meaning: 'Ingresses of a batch that were as they should be already: nothing was written for them.',
  },
  Findings: {
    unit: 'Count',
    dimensions: ['appliance', 'reason'],
    meaning: 'Findings of outcomes. The reason is the finding’s code.',
  },
  SnapshotsApplied: {
    unit: 'Count',
    dimensions: ['appliance', 'cluster'],
    meaning:
      'Ranges of snapshots that were applied. None for some intervals: the cluster’s forwarder does not publish.',
  },
  PrunesRefused: {
    unit: 'Count',
    dimensions: ['appliance'],
    meaning: 'Snapshots refused: they would remove too much, or are another cluster’s. They wait for an operator.',
  },
  ObjectsWritten: {
    unit: 'Count',
    dimensions: ['appliance', 'reason'],
    meaning: 'Objects and bindings written or deleted. The reason is the kind of change.',
  },
  ChangesObserved: {
    unit: 'Count',
    dimensions: ['appliance', 'reason'],
    meaning: 'On `observe`: objects and bindings that would be written or deleted, and are not.',
  },
  NitroRequests: { unit: 'Count', dimensions: ['appliance'], meaning: 'Requests to the NITRO API.' },
  NitroErrors: {
    unit: 'Count',
    dimensions: ['appliance', 'reason'],
    meaning: 'Requests that the appliance refused or that had no answer.',
  },
  NitroDuration: { unit: 'Milliseconds', dimensions: ['appliance'], meaning: 'Time of one NITRO request.' },
  ReconcileDuration: {
    unit: 'Milliseconds',
    dimensions: ['appliance'],
    meaning: 'From reading the ledger to the last write of a batch.',
  },
  OutcomeLatency: {
    unit: 'Milliseconds',
    dimensions: ['appliance'],
    meaning: 'From the state that an event reports to its outcome.',
  },
  ProgrammingLatency: {
    unit: 'Milliseconds',
    dimensions: ['appliance'],
    meaning:
      'From a change of Pods, as Kubernetes observed it (`endpoints.kubernetes.io/last-change-trigger-time`), to its outcome `Programmed`: the network programming latency of Kubernetes. Nothing is recorded for other changes, snapshots and replays.',
  },
  RoutesProgrammed: {
    unit: 'Count',
    dimensions: ['appliance'],
    meaning: 'Routes that carry traffic, as the audit saw them.',
  },
  IngressesLive: {
    unit: 'Count',
    dimensions: ['appliance'],
    meaning: 'Records of Ingresses that are applied, as the audit saw them.',
  },
  IngressesPending: {
    unit: 'Count',
    dimensions: ['appliance'],
    meaning: 'Records of Ingresses that are begun and not finished, or wait for an address, as the audit saw them.',
  },
  Tombstones: {
    unit: 'Count',
    dimensions: ['appliance'],
    meaning: 'Records of withdrawn Ingresses, as the audit saw them. The next flagged snapshot takes them away.',
  },
  BackEndsRetired: {
    unit: 'Count',
    dimensions: ['appliance'],
    meaning: 'Back ends that are kept until their drain time is over, as the audit saw them.',
  },
  DriftFound: {
    unit: 'Count',
    dimensions: ['appliance', 'reason'],
    meaning: 'Objects of ours that are not as recorded: somebody else changed them. The reason is the finding’s code.',
  },
  AuditsFailed: {
    unit: 'Count',
    dimensions: ['appliance'],
    meaning: 'Appliances that the audit could not read. It goes on with the others.',
  },
  SnapshotAge: {
    unit: 'Seconds',
    dimensions: ['appliance', 'cluster'],
    meaning: 'Since a cluster was last seen whole, as the audit saw it. A forwarder shows it once a day at least.',
  },
  UnsavedAge: { unit: 'Seconds', dimensions: ['appliance'], meaning: 'Age of the oldest change that is not saved.' },
  ConnectionsOpen: {
    unit: 'Count',
    dimensions: ['appliance'],
    meaning: 'Open connections to all front ends, as the audit saw them.',
  },
  ConnectionsAccepted: {
    unit: 'Count',
    dimensions: ['appliance'],
    meaning:
      'Connections that all back ends took since the appliance began to count, as the audit saw them. Take the difference: it begins at 0 again when a virtual server is made anew.',
  },
  BytesReceived: { unit: 'Bytes', dimensions: ['appliance'], meaning: 'Bytes from clients, counted in the same way.' },
  BytesSent: { unit: 'Bytes', dimensions: ['appliance'], meaning: 'Bytes to clients, counted in the same way.' },
  HellosRefused: {
    unit: 'Count',
    dimensions: ['appliance'],
    meaning:
      'ClientHellos that were reset, because no host has their name or its back end has no member, counted in the same way.',
  },
  BackEndsDown: {
    unit: 'Count',
    dimensions: ['appliance'],
    meaning: 'Back ends with members of which none is UP, as the audit saw them.',
  },
  CertificateExpiry: {
    unit: 'Seconds',
    dimensions: ['appliance'],
    meaning:
      'Until the first certificate of a back end expires, of those that an audit looked at; 0 if one has expired. Only where `checkCertificates` is on.',
  },
  CertificatesExpiring: {
    unit: 'Count',
    dimensions: ['appliance', 'reason'],
    meaning:
      'Hosts whose certificate expires soon, of those that an audit looked at. The reason is how soon: `within-30-days`, `within-14-days`, `within-3-days`, `expired`.',
  },
  CertificatesUnseen: {
    unit: 'Count',
    dimensions: ['appliance'],
    meaning:
      'Hosts that showed no certificate, of those that an audit looked at: they were reset, or the handshake failed.',
  },
  DeadLetters: { unit: 'Count', dimensions: ['appliance'], meaning: 'Dead letters reported and parked for redrive.' },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof METRICS;
