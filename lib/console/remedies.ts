import type { AuditCode, AuditFinding } from '../audit/index.ts';
import { EXPIRY_REMEDY } from '../certificates/index.ts';
import { type Owner, qualifiedName } from '../contract/index.ts';

/** Stands for the name of an appliance that was named by its address. */
const ANY_APPLIANCE = 'APPLIANCE';

interface RemedyFacts {
  readonly finding: AuditFinding;
  /** Name of the appliance in `appliances.yml`. */
  readonly appliance: string;
}

type Remedy = (facts: RemedyFacts) => string;

const repaired: Remedy = ({ appliance }) =>
  `The scheduled audit requests the repair by itself; to repair at once, port-forward 8081 of the cluster’s forwarder and run: curl -X POST 'http://127.0.0.1:8081/snapshot?verify=${appliance}'`;

const published: Remedy = () => 'Nothing needs to be done: the scheduled audit asks the forwarder to publish it again.';

/** Returns the second word of `type name`. */
const nameIn = ({ object }: AuditFinding): string => object.split(' ').slice(1).join(' ');

/** Returns the command that shows the Kubernetes Events of an Ingress. */
const describe = (owner: Owner): string => `kubectl describe ingress -n ${owner.namespace} ${owner.name}`;

const REMEDIES: Readonly<Record<AuditCode, Remedy>> = {
  ObjectMissing: repaired,
  ObjectChanged: repaired,
  ObjectUnexplained: repaired,
  MarkLost: () =>
    'Give the object the comment that it should have, or remove it: without its mark the system does not change it.',
  PlaceWrong: repaired,
  HostMissing: repaired,
  HostChanged: repaired,
  HostUnexplained: repaired,
  ClaimsChanged: repaired,
  MembersChanged: repaired,
  RecordMissing: repaired,
  LedgerMissing: ({ appliance }) =>
    `The audit asks the cluster’s forwarder to publish everything; without a cluster, replay it from the archive: nspass replay --config appliances.yml --appliance ${appliance}`,
  PrimarySince: published,
  Unfinished: ({ finding: { owners } }) => {
    const [owner] = owners;
    return owner === undefined
      ? 'The Events of the Ingress name the object and the appliance’s answer.'
      : `In cluster ${owner.cluster}, the Events of ${qualifiedName(owner)} name the object and the appliance’s answer: ${describe(owner)}`;
  },
  SettingsUnseen: published,
  AddressTaken: () =>
    'Give the Ingress another address or port, or free the one that it waits for: nspass explain FrontendInUse',
  PolicyForeign: () => 'Unless somebody bound it on purpose, run the command that the finding names on the appliance.',
  ServerDisabled: ({ finding }) =>
    `Unless somebody disabled it on purpose, run on the appliance: enable server ${nameIn(finding)}`,
  PlaceholderExpires: () =>
    'Replace the certificate with its key on the appliance in time; no client ever sees it, so any self-signed one will do.',
  CertificateExpires: () => EXPIRY_REMEDY,
  FeatureDisabled: ({ finding }) => `Run on the appliance: enable ns feature ${nameIn(finding).toUpperCase()}`,
};

/**
 * Returns what to do about a finding, in one sentence. Pure.
 *
 * @param appliance name in `appliances.yml`; undefined where the appliance was named by its address.
 */
export function remedyOf(finding: AuditFinding, appliance: string | undefined): string {
  return REMEDIES[finding.code]({ finding, appliance: appliance ?? ANY_APPLIANCE });
}
