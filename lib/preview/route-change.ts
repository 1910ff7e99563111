// The library publishes these types: the file imports nothing.

/** Change of one host on one front end. */
export interface RouteChange {
  readonly change: 'add' | 'change' | 'remove';
  readonly host: string;
  /** `address:port`. */
  readonly frontend: string;
  /** `cluster/namespace/name` of the Ingress, or `cluster/namespace/tlsroute/name` of the TLSRoute, that holds the host afterwards, or held it. */
  readonly ingress: string;
  /** Current target; null if there is none. */
  readonly from: string | null;
  /** Target after the change; null if there is none. */
  readonly to: string | null;
  readonly reason: string;
}

/** A claim that would not get its host, and why. */
export interface WaitingClaim {
  readonly host: string;
  /** `address:port`. */
  readonly frontend: string;
  /** The Ingress or TLSRoute that waits, named in the same way. */
  readonly ingress: string;
  /** The Ingress or TLSRoute that holds the host. */
  readonly holder: string;
  readonly reason: string;
}
