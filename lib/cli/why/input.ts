import type { EventSourceMapping } from '../../aws/lambda.ts';
import type { ProbeResult } from '../../certificates/index.ts';
import type { Access } from '../../route/index.ts';
import type { RouteStatus } from '../../status/index.ts';
import type { QueueCounts } from '../replay-drained.ts';

/** The ACME challenges of a host in an Ingress. */
export interface Challenges {
  /** Those that are let through; none where the redirect lets them through and there is none at present. */
  readonly open: readonly { readonly token: string; readonly backend: string }[];
  /** Findings about those that are not. */
  readonly findings: readonly { readonly message: string; readonly remedy: string }[];
}

/** An Ingress or TLSRoute that names the host. */
export interface NamingObject {
  /** `namespace/name`, or `namespace/tlsroute/name`. */
  readonly name: string;
  readonly selected: boolean;
  /** Whether the rules make a route of the host. */
  readonly routed: boolean;
  /** Source networks that may connect to the host, or may not (VAL-17); absent where everybody may. */
  readonly access?: Access;
  /** Findings that explain why not, with their remedies; of a TLSRoute that is routed, those about its back ends. */
  readonly findings: readonly { readonly message: string; readonly remedy: string }[];
  /** The older object among the sources that names the host, too (HostConflict). */
  readonly conflict?: { readonly message: string; readonly remedy: string };
  /** What it says of ACME challenges of the host (VAL-19); absent where it says nothing. */
  readonly challenges?: Challenges;
  /** Newest warning that the system wrote on it, as `kubectl describe` shows it; absent if none was seen. */
  readonly warning?: string;
}

/** An Ingress or TLSRoute whose last change was begun and not completed. */
export interface UnfinishedObject {
  /** As in {@link NamingObject}. */
  readonly name: string;
  /** Commands that the engine would still write for it, in order. */
  readonly missing: readonly string[];
}

/**
 * The appliance, as far as it was seen.
 *
 * | kind          | means                                                   |
 * | ------------- | ------------------------------------------------------- |
 * | `unseen`      | nobody named an appliance                               |
 * | `unreachable` | it was named, and did not answer or refused the request |
 * | `read`        | it was read                                             |
 */
export type ApplianceSight =
  | { readonly kind: 'unseen'; readonly why: string }
  | { readonly kind: 'unreachable'; readonly why: string; readonly remedy: string }
  | {
      readonly kind: 'read';
      /** Name in the configuration with its addresses, or the addresses. */
      readonly name: string;
      /** Routes of the host; those of the wildcard that a TLS client meets, where the host has none itself. */
      readonly routes: readonly RouteStatus[];
      /** Routes of other wildcards that cover the host. */
      readonly covering: readonly RouteStatus[];
      /** Routes of its ACME challenges. */
      readonly challenges: readonly RouteStatus[];
      /** Objects that name the host and whose record is pending. */
      readonly unfinished: readonly UnfinishedObject[];
    };

/** The appliance's queue, and who reads it. */
export interface QueueSight {
  readonly appliance: string;
  readonly deployment: string;
  /** Function that reads the queue. */
  readonly functionName: string;
  /** Options of the AWS CLI that lead to the same place, with a blank before them; empty for the defaults. */
  readonly awsOptions: string;
  readonly counts: QueueCounts;
  /** Undefined if no function reads the queue; a sentence if Lambda could not be asked. */
  readonly mapping: EventSourceMapping | string | undefined;
  /** Parked dead letters of the deployment. */
  readonly parked: number;
}

/** An object that names a wildcard. */
export interface Covering {
  readonly name: string;
  readonly wildcard: string;
}

/** Everything that was looked at. What was not seen is a sentence that says why. */
export interface WhyInput {
  readonly host: string;
  readonly cluster: string;
  /** Objects of the manifests or the cluster that name the host. */
  readonly candidates: readonly NamingObject[] | string;
  /** The wildcard that these name, where none names the host itself. */
  readonly wildcard?: string;
  /** Objects that are selected and name a wildcard that covers the host, beside those that name the host. */
  readonly covering?: readonly Covering[];
  /** A host that is nearly the same, where none of them names it. */
  readonly nearest?: string;
  readonly appliance: ApplianceSight;
  readonly queue: QueueSight | string;
  readonly probes: readonly ProbeResult[] | string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}
