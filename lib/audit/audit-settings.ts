/** The part of an appliance's configuration that the audit needs. */
export interface AuditSettings {
  readonly appliance: string;
  readonly systemId: string;
  /** Clusters that the appliance serves: each must have a ledger, and its forwarder gets requests. */
  readonly clusters: readonly string[];
  /** Every service group has it as an attribute: another value is drift. */
  readonly drainSeconds: number;
  readonly saveAfterSeconds: number | 'never';
  /** Whether the report lists the hosts. It costs no request. */
  readonly withHosts?: boolean;
}
