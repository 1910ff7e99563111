import type { Owner } from '../contract/index.ts';

/** The kind of a finding, and its meaning in one sentence. */
interface AuditCodeEntry {
  /**
   * - `drift`: an object of ours differs from its record;
   * - `due`: something must be published again although nothing differs;
   * - `warning`: only the operator can act, no event repairs it.
   */
  readonly kind: 'drift' | 'due' | 'warning';
  readonly meaning: string;
}

/** Lists every finding of the audit. A code never changes its meaning, because alarms name it. */
export const AUDIT_CODES = {
  ObjectMissing: { kind: 'drift', meaning: 'An object or a binding that claims need does not exist.' },
  ObjectChanged: {
    kind: 'drift',
    meaning: 'An object or a binding of ours has other attributes than it was created with.',
  },
  ObjectUnexplained: {
    kind: 'drift',
    meaning: 'An object with our mark exists that no claim and no drain time explains.',
  },
  MarkLost: {
    kind: 'drift',
    meaning:
      'An object with a name that we need lost our mark, so the system does not change it any more. Give it its comment back, or remove it.',
  },
  PlaceWrong: { kind: 'drift', meaning: 'A policy is bound outside the priorities of its tier.' },
  HostMissing: { kind: 'drift', meaning: 'A claimed host has no row: its connections are reset.' },
  HostChanged: { kind: 'drift', meaning: 'The row of a host does not lead to its holder.' },
  HostUnexplained: { kind: 'drift', meaning: 'A host has a row and no claim.' },
  ClaimsChanged: { kind: 'drift', meaning: 'The claims of an Ingress differ from its record.' },
  MembersChanged: {
    kind: 'drift',
    meaning: 'The members of an Ingress’s service groups differ from its record.',
  },
  RecordMissing: { kind: 'drift', meaning: 'An Ingress has claims and no live record.' },
  LedgerMissing: {
    kind: 'drift',
    meaning: 'The appliance has no ledger of a cluster that it serves: it is new, or was wiped.',
  },
  PrimarySince: {
    kind: 'due',
    meaning:
      'The appliance restarted, or this node became the primary, after the last complete snapshot of a cluster: changes from just before may be lost.',
  },
  Unfinished: {
    kind: 'due',
    meaning:
      'A record is pending for longer than a plan takes: the plan was interrupted or refused, or the address that it waited for is free now (FrontendInUse).',
  },
  SettingsUnseen: {
    kind: 'due',
    meaning:
      'An Ingress with back-end settings was not verified for a day: the appliance alone does not show whether they are right.',
  },
  AddressTaken: {
    kind: 'warning',
    meaning: 'An Ingress waits for an address that a foreign vserver holds (FrontendInUse).',
  },
  PolicyForeign: {
    kind: 'warning',
    meaning:
      'A policy that is not ours is bound to a front end of ours, before our last one: it may decide about connections first. The system never removes it; the finding names the command that unbinds it.',
  },
  ServerDisabled: {
    kind: 'warning',
    meaning:
      'A server that is a member of our service groups is disabled: it gets no connection. Others may use servers, too, so the system does not enable it; the finding names the command.',
  },
  PlaceholderExpires: {
    kind: 'warning',
    meaning: 'The placeholder certificate expires within a year. No client ever sees it, but replace it in time.',
  },
  CertificateExpires: {
    kind: 'warning',
    meaning:
      'The certificate that a back end shows expires within 30, 14 or 3 days, or has expired. With passthrough it is in the pod: nobody else renews it. The audit looks only where `checkCertificates` is on.',
  },
  FeatureDisabled: {
    kind: 'warning',
    meaning:
      'A feature of the appliance that the system needs is disabled: the configuration has no effect. The system never enables it.',
  },
} as const satisfies Record<string, AuditCodeEntry>;

export type AuditCode = keyof typeof AUDIT_CODES;

/** One attribute of an object that differs. */
export interface FieldDifference {
  readonly field: string;
  readonly is: string;
  readonly should: string;
}

/** One difference between the appliance as it is and as its ledger says. */
export interface AuditFinding {
  readonly code: AuditCode;
  /** Type and name of an object, or an Ingress. */
  readonly object: string;
  readonly is: string;
  readonly should: string;
  /** The same attribute by attribute, where the object exists and should exist. */
  readonly fields?: readonly FieldDifference[];
  /** The Ingresses whose events repair it; empty when no event does. */
  readonly owners: readonly Owner[];
  /** Cluster whose Ingresses must all be published again. */
  readonly cluster?: string;
}

export const findingKind = ({ code }: AuditFinding): AuditCodeEntry['kind'] => AUDIT_CODES[code].kind;

/** Returns the findings that are drift. */
export const driftIn = (findings: readonly AuditFinding[]): AuditFinding[] =>
  findings.filter((finding) => findingKind(finding) === 'drift');
