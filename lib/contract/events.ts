import * as z from 'zod/mini';
import { GatewayState } from './gateway.ts';
import { IngressState } from './ingress.ts';
import { ApplianceName, ClusterName, ClusterUid, objectRef } from './names.ts';
import {
  CertificatesExpiring,
  GatewayFailed,
  GatewayProgrammed,
  GatewayRejected,
  GatewayRemoved,
  GatewayStale,
  IngressFailed,
  IngressProgrammed,
  IngressRejected,
  IngressRemoved,
  IngressStale,
  PruneRefused,
  SnapshotApplied,
  TlsRouteFailed,
  TlsRouteProgrammed,
  TlsRouteRejected,
  TlsRouteRemoved,
  TlsRouteStale,
} from './outcomes.ts';
import { TlsRouteState } from './tls-route.ts';

const prefix = z.string().check(z.regex(/^[a-z2-7]{2}$/));

/** A larger sequence is not a time in milliseconds (it is the year 33658): following it would ruin the clock. */
export const MAX_SEQUENCE = 1e15;

const desired = {
  cluster: ClusterName,
  /** UID of the namespace `kube-system`: distinguishes two clusters of one name (protocol rule 15). */
  clusterUid: ClusterUid,
  /** Hybrid logical clock of the cluster. */
  sequence: z.int().check(z.gte(1), z.lte(MAX_SEQUENCE)),
  /** Appliances that compare real objects although the hashes are equal (protocol rule 10). */
  verify: z.optional(z.array(ApplianceName)),
};

export const IngressChanged = z.strictObject({ ...desired, ingress: IngressState });
export type IngressChanged = z.infer<typeof IngressChanged>;

export const IngressWithdrawn = z.strictObject({ ...desired, ...objectRef });
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
  listed: z.array(z.strictObject(objectRef)),
});
export type ClusterSnapshot = z.infer<typeof ClusterSnapshot>;

const tlsRoutePrefix = z.string().check(z.regex(/^[01][a-z2-7]$/));

const TlsRouteChanged = z.strictObject({ ...desired, tlsRoute: TlsRouteState });

const TlsRouteWithdrawn = z.strictObject({ ...desired, ...objectRef });

export const TlsRouteSnapshot = z.strictObject({
  ...desired,
  ...snapshotFlags,
  /** Inclusive range of two-character key prefixes for which this snapshot is complete: those of TLSRoutes and Gateways. */
  from: tlsRoutePrefix,
  to: tlsRoutePrefix,
  tlsRoutes: z.array(TlsRouteState),
  /** Names of TLSRoutes that the snapshot does not contain, because they are too large or their own event follows (protocol rule 13). */
  listed: z.array(z.strictObject(objectRef)),
  /** Gateways of the range. Absent from a forwarder that publishes none: the snapshot then says nothing about Gateways. */
  gateways: z.optional(z.array(GatewayState)),
  /** Names of Gateways that the snapshot does not contain, as in `listed`; absent where there is none. */
  listedGateways: z.optional(z.array(z.strictObject(objectRef))),
});
export type TlsRouteSnapshot = z.infer<typeof TlsRouteSnapshot>;

const GatewayChanged = z.strictObject({ ...desired, gateway: GatewayState });

const GatewayWithdrawn = z.strictObject({ ...desired, ...objectRef });

export const ResyncRequested = z.strictObject({
  cluster: ClusterName,
  appliances: z.array(ApplianceName),
  /** Ingresses to publish. Everything is published if this, `tlsRoutes` and `gateways` are absent. */
  ingresses: z.optional(z.array(z.strictObject(objectRef))),
  /** TLSRoutes to publish. Only a forwarder that publishes TLSRoutes receives it. */
  tlsRoutes: z.optional(z.array(z.strictObject(objectRef))),
  /** Gateways to publish. Only a forwarder that publishes Gateways receives it. */
  gateways: z.optional(z.array(z.strictObject(objectRef))),
  reason: z.string(),
});
export type ResyncRequested = z.infer<typeof ResyncRequested>;

export const WorkRequested = z.strictObject({
  appliance: ApplianceName,
  /** `save` saves the configuration; `clean-up` removes retired back ends whose drain time is over. */
  work: z.enum(['save', 'clean-up']),
  /** Only for a clean-up: host rows that nobody claims, by their string map. The clean-up checks each again. */
  unclaimed: z.optional(z.array(z.strictObject({ map: z.string(), host: z.string() }))),
  reason: z.string(),
});
export type WorkRequested = z.infer<typeof WorkRequested>;

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
  'Gateway Changed': { type: 'nspass.gateway.changed.v1', schema: GatewayChanged },
  'Gateway Withdrawn': { type: 'nspass.gateway.withdrawn.v1', schema: GatewayWithdrawn },
  'Gateway Programmed': { type: 'nspass.gateway.programmed.v1', schema: GatewayProgrammed },
  'Gateway Removed': { type: 'nspass.gateway.removed.v1', schema: GatewayRemoved },
  'Gateway Rejected': { type: 'nspass.gateway.rejected.v1', schema: GatewayRejected },
  'Gateway Failed': { type: 'nspass.gateway.failed.v1', schema: GatewayFailed },
  'Gateway Stale': { type: 'nspass.gateway.stale.v1', schema: GatewayStale },
  'Certificates Expiring': { type: 'nspass.certificates.expiring.v1', schema: CertificatesExpiring },
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
  'Gateway Changed',
  'Gateway Withdrawn',
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
  'Gateway Programmed',
  'Gateway Removed',
  'Gateway Rejected',
  'Gateway Failed',
  'Gateway Stale',
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
