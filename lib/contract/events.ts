import * as z from 'zod/mini';
import { Finding } from './finding.ts';
import { IngressState } from './ingress.ts';
import { ClusterUid, IngressName, Namespace } from './names.ts';
import { TlsRouteState } from './tls-route.ts';

/** Matches cluster names. They are short, because they share 255-byte rows on the appliance with other names. */
export const CLUSTER_NAME = /^[a-z0-9]([a-z0-9.-]{0,38}[a-z0-9])?$/;

const cluster = z.string().check(z.regex(CLUSTER_NAME));
const sequence = z.int().check(z.gte(1));
const prefix = z.string().check(z.regex(/^[a-z2-7]{2}$/));
/** A prefix of keys of any kind. */
const anyPrefix = z.string().check(z.regex(/^[a-z0-7][a-z2-7]$/));
const ref = { namespace: Namespace, name: IngressName };
const appliance = z.string().check(z.minLength(1), z.maxLength(63));

/** A larger sequence is not a time in milliseconds (it is the year 33658): following it would ruin the clock. */
export const MAX_SEQUENCE = 1e15;

const desired = {
  cluster,
  /** UID of the namespace `kube-system`: distinguishes two clusters of one name (protocol rule 15). */
  clusterUid: ClusterUid,
  /** Hybrid logical clock of the cluster. */
  sequence: z.int().check(z.gte(1), z.lte(MAX_SEQUENCE)),
  /** Appliances that compare real objects although the hashes are equal (protocol rule 10). */
  verify: z.optional(z.array(appliance)),
};

export const IngressChanged = z.strictObject({ ...desired, ingress: IngressState });
export type IngressChanged = z.infer<typeof IngressChanged>;

export const IngressWithdrawn = z.strictObject({ ...desired, ...ref });
export type IngressWithdrawn = z.infer<typeof IngressWithdrawn>;

const snapshotFlags = {
  /** Set when the snapshot says something that no single event said (protocol rule 4): its watermark is always written. */
  flagged: z.boolean(),
  /** Set when an operator approved a removal of more than the prune guard allows (protocol rule 11). */
  confirmed: z.optional(z.boolean()),
  /** Set when an operator accepted that this cluster continues under the name of another one (protocol rule 15). */
  takesOver: z.optional(z.boolean()),
};

export const ClusterSnapshot = z.strictObject({
  ...desired,
  /** Inclusive range of two-character key prefixes for which this snapshot is complete. */
  from: prefix,
  to: prefix,
  ...snapshotFlags,
  ingresses: z.array(IngressState),
  /** Names of Ingresses that the snapshot does not contain, because they are too large or their own event follows (protocol rule 13). */
  listed: z.array(z.strictObject(ref)),
});
export type ClusterSnapshot = z.infer<typeof ClusterSnapshot>;

const tlsRoutePrefix = z.string().check(z.regex(/^[01][a-z2-7]$/));

const TlsRouteChanged = z.strictObject({ ...desired, tlsRoute: TlsRouteState });

const TlsRouteWithdrawn = z.strictObject({ ...desired, ...ref });

export const TlsRouteSnapshot = z.strictObject({
  ...desired,
  ...snapshotFlags,
  /** Inclusive range of two-character key prefixes for which this snapshot is complete: those of TLSRoutes. */
  from: tlsRoutePrefix,
  to: tlsRoutePrefix,
  tlsRoutes: z.array(TlsRouteState),
  /** Names of TLSRoutes that the snapshot does not contain, because they are too large or their own event follows (protocol rule 13). */
  listed: z.array(z.strictObject(ref)),
});
export type TlsRouteSnapshot = z.infer<typeof TlsRouteSnapshot>;

export const ResyncRequested = z.strictObject({
  cluster,
  appliances: z.array(appliance),
  /** Ingresses to publish. Everything is published if this and `tlsRoutes` are absent. */
  ingresses: z.optional(z.array(z.strictObject(ref))),
  /** TLSRoutes to publish. Only a forwarder that publishes TLSRoutes receives it. */
  tlsRoutes: z.optional(z.array(z.strictObject(ref))),
  reason: z.string(),
});
export type ResyncRequested = z.infer<typeof ResyncRequested>;

export const WorkRequested = z.strictObject({
  appliance,
  /** `save` saves the configuration; `clean-up` removes retired back ends whose drain time is over. */
  work: z.enum(['save', 'clean-up']),
  /** Only for a clean-up: host rows that nobody claims, by their string map. The clean-up checks each again. */
  unclaimed: z.optional(z.array(z.strictObject({ map: z.string(), host: z.string() }))),
  reason: z.string(),
});
export type WorkRequested = z.infer<typeof WorkRequested>;

const Address = z.strictObject({ ip: z.string(), port: z.int() });

// Outcomes are read leniently: fields that a newer function adds are ignored. Desired state is read strictly, because an
// unknown field may change its meaning.

/** UID of the cluster whose event this answers (protocol rule 15). Older functions do not send it. */
const clusterUid = z.optional(z.string());

const outcome = {
  cluster,
  /** UID of the cluster whose event this answers (protocol rule 15). Older functions do not send it. */
  clusterUid,
  appliance,
  ...ref,
  /** UID of the Ingress in the event; absent if the event had none. */
  uid: z.optional(z.string()),
  sequence,
  /** Front-end addresses at which hosts of this Ingress carry traffic. */
  programmed: z.array(Address),
  /** Front-end addresses that the Ingress had or asks for, and at which none of its hosts carries traffic. */
  removed: z.array(Address),
  /** Hosts that carry traffic. */
  hosts: z.array(z.string()),
  /** Hosts that the Ingress holds and whose connections are reset, for the reasons in `findings`. */
  resetHosts: z.optional(z.array(z.string())),
  findings: z.array(Finding),
  /** Changes on the appliance for this Ingress, as command lines. */
  changes: z.array(z.string()),
  /** Name of a list → number of its items that were left out, because the event would be too large. Absent if none were. */
  omitted: z.optional(z.record(z.string(), z.int())),
  /** Milliseconds from reading the ledger to the last write. */
  durationMs: z.number(),
  /** Milliseconds from the event's time to the outcome. */
  latencyMs: z.optional(z.number()),
};

/** Confirms that at least one host of the Ingress carries traffic. */
const IngressProgrammed = z.object(outcome);
/** Confirms that the Ingress has nothing on the appliance any more. */
const IngressRemoved = z.object(outcome);
/** Reports that no host of the Ingress carries traffic, for the reasons in `findings`. */
const IngressRejected = z.object(outcome);
const failed = {
  ...outcome,
  reason: z.string(),
  /** True if the queue delivers the event again. */
  retry: z.boolean(),
};
const stale = {
  cluster,
  /** UID of the cluster whose event this answers (protocol rule 15). Older functions do not send it. */
  clusterUid,
  appliance,
  ...ref,
  sequence,
  recorded: sequence,
};

/** Reports that the appliance rejected the configuration of the Ingress. */
export const IngressFailed = z.object(failed);
/** Reports that an older event was dropped, with the recorded sequence (protocol rule 14). */
const IngressStale = z.object(stale);
/** Confirms that at least one host of the TLSRoute carries traffic. */
const TlsRouteProgrammed = z.object(outcome);
/** Confirms that the TLSRoute has nothing on the appliance any more. */
const TlsRouteRemoved = z.object(outcome);
/** Reports that no host of the TLSRoute carries traffic, for the reasons in `findings`. */
const TlsRouteRejected = z.object(outcome);
/** Reports that the appliance rejected the configuration of the TLSRoute. */
const TlsRouteFailed = z.object(failed);
/** Reports that an older event was dropped, with the recorded sequence (protocol rule 14). */
const TlsRouteStale = z.object(stale);
export type IngressFailed = z.infer<typeof IngressFailed>;
export type IngressStale = z.infer<typeof IngressStale>;

const SnapshotApplied = z.object({
  cluster,
  /** UID of the cluster whose event this answers (protocol rule 15). Older functions do not send it. */
  clusterUid,
  appliance,
  sequence,
  from: anyPrefix,
  to: anyPrefix,
  ingresses: z.int(),
  changed: z.int(),
  removed: z.int(),
  durationMs: z.number(),
});
export type SnapshotApplied = z.infer<typeof SnapshotApplied>;

export const PruneRefused = z.object({
  cluster,
  /** UID of the cluster whose event this answers (protocol rule 15). Older functions do not send it. */
  clusterUid,
  appliance,
  sequence,
  from: anyPrefix,
  to: anyPrefix,
  /** Number of routes on the appliance in this range, and how many of them the snapshot would have removed. */
  routes: z.int(),
  removes: z.int(),
  /** The routes that would have been removed, by cause. */
  causes: z.optional(
    z.strictObject({
      /** Routes of Ingresses that are not in the snapshot. */
      missing: z.optional(z.int()),
      /** Routes of Ingresses whose class the appliance does not select. */
      unselected: z.optional(z.int()),
      /** Routes of Ingresses whose front-end address belongs to another appliance. */
      elsewhere: z.optional(z.int()),
      /** Routes of Ingresses without a valid route. */
      rejected: z.optional(z.int()),
      /** Routes of Ingresses that would lose all members: the appliance allows none of them, or the snapshot names none. */
      closed: z.optional(z.int()),
      /** Removed routes of Ingresses that keep others. */
      reduced: z.optional(z.int()),
    }),
  ),
  limitPercent: z.number(),
  reason: z.string(),
});
export type PruneRefused = z.infer<typeof PruneRefused>;

/** Every event type: `detail-type` → CloudEvents `type` and schema of `data`. */
export const EVENTS = {
  'Ingress Changed': { type: 'nspass.ingress.changed.v1', schema: IngressChanged },
  'Ingress Withdrawn': { type: 'nspass.ingress.withdrawn.v1', schema: IngressWithdrawn },
  'Cluster Snapshot': { type: 'nspass.cluster.snapshot.v1', schema: ClusterSnapshot },
  'Resync Requested': { type: 'nspass.resync.requested.v1', schema: ResyncRequested },
  'Work Requested': { type: 'nspass.work.requested.v1', schema: WorkRequested },
  'Ingress Programmed': { type: 'nspass.ingress.programmed.v1', schema: IngressProgrammed },
  'Ingress Removed': { type: 'nspass.ingress.removed.v1', schema: IngressRemoved },
  'Ingress Rejected': { type: 'nspass.ingress.rejected.v1', schema: IngressRejected },
  'Ingress Failed': { type: 'nspass.ingress.failed.v1', schema: IngressFailed },
  'Ingress Stale': { type: 'nspass.ingress.stale.v1', schema: IngressStale },
  'TLSRoute Changed': { type: 'nspass.tlsroute.changed.v1', schema: TlsRouteChanged },
  'TLSRoute Withdrawn': { type: 'nspass.tlsroute.withdrawn.v1', schema: TlsRouteWithdrawn },
  'TLSRoute Snapshot': { type: 'nspass.tlsroute.snapshot.v1', schema: TlsRouteSnapshot },
  'TLSRoute Programmed': { type: 'nspass.tlsroute.programmed.v1', schema: TlsRouteProgrammed },
  'TLSRoute Removed': { type: 'nspass.tlsroute.removed.v1', schema: TlsRouteRemoved },
  'TLSRoute Rejected': { type: 'nspass.tlsroute.rejected.v1', schema: TlsRouteRejected },
  'TLSRoute Failed': { type: 'nspass.tlsroute.failed.v1', schema: TlsRouteFailed },
  'TLSRoute Stale': { type: 'nspass.tlsroute.stale.v1', schema: TlsRouteStale },
  'Snapshot Applied': { type: 'nspass.snapshot.applied.v1', schema: SnapshotApplied },
  'Prune Refused': { type: 'nspass.prune.refused.v1', schema: PruneRefused },
} as const;

export type DetailType = keyof typeof EVENTS;
export type EventData<T extends DetailType> = z.infer<(typeof EVENTS)[T]['schema']>;

/** Event types that the archive keeps and a replay delivers again. */
export const DESIRED_STATE = [
  'Ingress Changed',
  'Ingress Withdrawn',
  'Cluster Snapshot',
  'TLSRoute Changed',
  'TLSRoute Withdrawn',
  'TLSRoute Snapshot',
] as const;
/** Event types that the functions publish as answers. */
export const OUTCOMES = [
  'Ingress Programmed',
  'Ingress Removed',
  'Ingress Rejected',
  'Ingress Failed',
  'Ingress Stale',
  'TLSRoute Programmed',
  'TLSRoute Removed',
  'TLSRoute Rejected',
  'TLSRoute Failed',
  'TLSRoute Stale',
  'Snapshot Applied',
  'Prune Refused',
] as const;
export type OutcomeType = (typeof OUTCOMES)[number];

/** EventBridge `Source` of each kind of publisher. */
export const SOURCES = { forwarder: 'nspass.forwarder', functions: 'nspass.functions', cli: 'nspass.cli' } as const;
export type EventOrigin = (typeof SOURCES)[keyof typeof SOURCES];

/** Returns the only source that may publish this type: forwarders publish desired state, functions everything else. */
export function sourceOf(detailType: DetailType): EventOrigin {
  const desired: readonly DetailType[] = DESIRED_STATE;
  return desired.includes(detailType) ? SOURCES.forwarder : SOURCES.functions;
}
