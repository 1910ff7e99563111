/** TrafficCounters of one virtual server since it was made, or since they were cleared on the appliance. */
export interface TrafficCounters {
  /** Open connections of clients. */
  readonly open: number;
  /** Connections since the beginning. */
  readonly connections: number;
  /** Bytes of clients. */
  readonly received: number;
  /** Bytes to clients. */
  readonly sent: number;
}

/** Traffic of a back end: all its hosts together, because the appliance counts by virtual server. */
export interface BackendTraffic extends TrafficCounters {
  /** Name of its virtual server. */
  readonly object: string;
  /** Whether the appliance sends it new connections: at least one member is UP. */
  readonly up: boolean;
  readonly membersUp: number;
  readonly membersDown: number;
}

/** Why a front end resets a ClientHello. */
export type HelloRefusal = 'unknown-name' | 'no-member';

/** Traffic of a front end: an address and port that clients connect to. */
export interface FrontendTraffic extends TrafficCounters {
  readonly vip: string;
  readonly port: number;
  readonly up: boolean;
  /**
   * ClientHellos that were reset: without a name or with one that no host has (`unknown-name`), and with a host whose back
   * end has no member (`no-member`). Undefined for plain HTTP.
   */
  readonly refused: Readonly<Record<HelloRefusal, number>> | undefined;
}

/** What an appliance counted for the system. */
export interface ApplianceTraffic {
  readonly backends: readonly BackendTraffic[];
  readonly frontends: readonly FrontendTraffic[];
  /**
   * ClientHellos that the last policy reset, over all front ends, which share it: those with a host of a one-label wildcard
   * whose back end has no member.
   */
  readonly refusedLast: number;
}
