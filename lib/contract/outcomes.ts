import * as z from 'zod/mini';
import { Finding } from './finding.ts';
import { ApplianceName, ClusterName, objectRef } from './names.ts';

/** A prefix of keys of any kind. */
const anyPrefix = z.string().check(z.regex(/^[a-z0-7][a-z2-7]$/));
const sequence = z.int().check(z.gte(1));

const Address = z.strictObject({ ip: z.string(), port: z.int() });

// Outcomes are read leniently: fields that a newer function adds are ignored. Desired state is read strictly, because an
// unknown field may change its meaning.

/** Begins every answer to an event. */
const answer = {
  cluster: ClusterName,
  /** UID of the cluster whose event this answers (protocol rule 15). Older functions do not send it. */
  clusterUid: z.optional(z.string()),
  appliance: ApplianceName,
};

const outcome = {
  ...answer,
  ...objectRef,
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
export const IngressProgrammed = z.object(outcome);
/** Confirms that the Ingress has nothing on the appliance any more. */
export const IngressRemoved = z.object(outcome);
/** Reports that no host of the Ingress carries traffic, for the reasons in `findings`. */
export const IngressRejected = z.object(outcome);
const failed = {
  ...outcome,
  reason: z.string(),
  /** True if the queue delivers the event again. */
  retry: z.boolean(),
};
const stale = {
  ...answer,
  ...objectRef,
  sequence,
  recorded: sequence,
};

/** Reports that the appliance rejected the configuration of the Ingress. */
export const IngressFailed = z.object(failed);
/** Reports that an older event was dropped, with the recorded sequence (protocol rule 14). */
export const IngressStale = z.object(stale);
/** Confirms that at least one host of the TLSRoute carries traffic. */
export const TlsRouteProgrammed = z.object(outcome);
/** Confirms that the TLSRoute has nothing on the appliance any more. */
export const TlsRouteRemoved = z.object(outcome);
/** Reports that no host of the TLSRoute carries traffic, for the reasons in `findings`. */
export const TlsRouteRejected = z.object(outcome);
/** Reports that the appliance rejected the configuration of the TLSRoute. */
export const TlsRouteFailed = z.object(failed);
/** Reports that an older event was dropped, with the recorded sequence (protocol rule 14). */
export const TlsRouteStale = z.object(stale);
const gatewayOutcome = {
  ...outcome,
  /** Names of the listeners that answer at the addresses in `programmed`. */
  listeners: z.optional(z.array(z.string())),
};
/** Confirms that at least one listener of the Gateway answers. */
export const GatewayProgrammed = z.object(gatewayOutcome);
/** Confirms that the Gateway has nothing on the appliance any more. */
export const GatewayRemoved = z.object(gatewayOutcome);
/** Reports that no listener of the Gateway answers, for the reasons in `findings`. */
export const GatewayRejected = z.object(gatewayOutcome);
/** Reports that the appliance rejected the configuration of the Gateway. */
export const GatewayFailed = z.object(failed);
/** Reports that an older event was dropped, with the recorded sequence (protocol rule 14). */
export const GatewayStale = z.object(stale);
export type IngressFailed = z.infer<typeof IngressFailed>;
export type IngressStale = z.infer<typeof IngressStale>;

/** Begins an answer to a snapshot: its range. */
const rangeAnswer = { ...answer, sequence, from: anyPrefix, to: anyPrefix };

export const SnapshotApplied = z.object({
  ...rangeAnswer,
  ingresses: z.int(),
  changed: z.int(),
  removed: z.int(),
  durationMs: z.number(),
});
export type SnapshotApplied = z.infer<typeof SnapshotApplied>;

export const PruneRefused = z.object({
  ...rangeAnswer,
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

/** Reports certificates that back ends of one object show, and that expire soon. Every audit that sees them reports them. */
export const CertificatesExpiring = z.strictObject({
  ...answer,
  /** What the Ingress or TLSRoute is. */
  kind: z.enum(['Ingress', 'TLSRoute']),
  ...objectRef,
  /** Hosts whose certificate expires soon, one each. */
  certificates: z.array(
    z.strictObject({
      host: z.string(),
      /** End of its validity, in milliseconds since the epoch. */
      notAfter: z.int(),
      /** Says when it expires, in a sentence that stays the same until it is more urgent. */
      message: z.string(),
    }),
  ),
  /** Name of a list → number of its items that were left out, because the event would be too large. Absent if none were. */
  omitted: z.optional(z.record(z.string(), z.int())),
});
