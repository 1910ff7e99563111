import type { Owner } from '../contract/index.ts';

/** What kind of remark a code is, and what it means: a sentence of the documentation. */
interface AuditCodeEntry {
  /**
   * - `drift`: an object of ours is not as recorded;
   * - `due`: something is to be asked for again although nothing differs;
   * - `warning`: for the operator, nothing can be asked for.
   */
  readonly kind: 'drift' | 'due' | 'warning';
  readonly meaning: string;
}

/** Every finding of the audit. A code never changes its meaning: alarms name it. */
export const AUDIT_CODES = {
  ObjectMissing: { kind: 'drift', meaning: 'An object or a binding that claims need is not there.' },
  ObjectChanged: {
    kind: 'drift',
    meaning: 'An object or a binding of ours has other attributes than the graph gives it.',
  },
  ObjectUnexplained: { kind: 'drift', meaning: 'An object with our mark that no claim and no drain time explains.' },
  MarkLost: {
    kind: 'drift',
    meaning:
      'An object of a name that we need has lost our mark: it is not ours to change any more. Give it its comment back, or remove it.',
  },
  PlaceWrong: { kind: 'drift', meaning: 'A policy is bound outside the priorities of its tier.' },
  HostMissing: { kind: 'drift', meaning: 'A host that is claimed has no row: its connections are reset.' },
  HostChanged: { kind: 'drift', meaning: 'The row of a host does not lead to its holder.' },
  HostUnexplained: { kind: 'drift', meaning: 'The row of a host that nobody claims.' },
  ClaimsChanged: { kind: 'drift', meaning: 'The claims of an Ingress are not those that its record stands for.' },
  MembersChanged: {
    kind: 'drift',
    meaning: 'The members of an Ingress’s groups are not those that its record stands for.',
  },
  RecordMissing: { kind: 'drift', meaning: 'Claims or objects of an Ingress of which there is no live record.' },
  LedgerMissing: {
    kind: 'drift',
    meaning: 'A cluster that the appliance serves has no ledger on it: it is new, or was wiped.',
  },
  PrimarySince: {
    kind: 'due',
    meaning:
      'The appliance restarted, or this node became the primary, after the last whole view of a cluster: what was written just before may be lost.',
  },
  Unfinished: {
    kind: 'due',
    meaning:
      'A record is pending for longer than a plan takes: it was interrupted, refused, or the address that it waited for came free (FrontendInUse).',
  },
  SettingsUnseen: {
    kind: 'due',
    meaning: 'An Ingress with settings of its own, which only its event tells, was not verified for a day.',
  },
  AddressTaken: {
    kind: 'warning',
    meaning: 'An Ingress waits for an address that somebody else holds (FrontendInUse).',
  },
  PolicyForeign: {
    kind: 'warning',
    meaning:
      'A policy that is not ours is bound to a front end of ours, before our last one: it may decide about connections first. It is never removed; the command that unbinds it is said.',
  },
  ServerDisabled: {
    kind: 'warning',
    meaning:
      'Somebody disabled a server that our groups have as a member: it gets no connection. Servers are not ours, others may use them: the command that enables it is said.',
  },
  PlaceholderExpires: {
    kind: 'warning',
    meaning: 'The placeholder certificate ends within a year. No client is ever shown it, but replace it in time.',
  },
  FeatureDisabled: {
    kind: 'warning',
    meaning:
      'A feature of the appliance that we need is disabled: the configuration sits idle. It is never enabled unasked.',
  },
} as const satisfies Record<string, AuditCodeEntry>;

export type AuditCode = keyof typeof AUDIT_CODES;

/** One difference between the appliance as it is and as its ledger says. */
export interface AuditFinding {
  readonly code: AuditCode;
  /** What it is about: type and name of an object, or an Ingress. */
  readonly object: string;
  readonly is: string;
  readonly should: string;
  /** The Ingresses whose events repair it. Empty: nobody's does. */
  readonly owners: readonly Owner[];
  /** Everything of this cluster is to be asked for. */
  readonly cluster?: string;
}

export const findingKind = ({ code }: AuditFinding): AuditCodeEntry['kind'] => AUDIT_CODES[code].kind;

/** What differs, of all that was found. */
export const driftIn = (findings: readonly AuditFinding[]): AuditFinding[] =>
  findings.filter((finding) => findingKind(finding) === 'drift');
