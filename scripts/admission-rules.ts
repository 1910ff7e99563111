import type { GATEWAY_FINDINGS } from '../lib/ingress/catalogue/gateway.ts';
import { annotationKeys, CATALOGUE, type FindingCode, FRONTEND_ADDRESS } from '../lib/ingress/index.ts';
import { variableName } from './admission-facts.ts';
import { all, any, either, literal, shown } from './cel.ts';

/** A rule of the policy: the same as that of a finding, where one Ingress alone breaks it. */
export interface AdmissionRule {
  readonly code: FindingCode;
  /** Variable of `admission-facts.ts` that lists what breaks the rule. */
  readonly list: string;
  /** Begins what the message says of the value: the key of an annotation, for example. */
  readonly subject?: string;
  /** Replaces the remedy of the catalogue with a more exact one. */
  readonly remedy?: string;
  /** What the list holds is a field and not a value of a user: a message shows it without quotes. */
  readonly field?: true;
  /** Ingresses beyond the limits (`MOST`) are not judged. */
  readonly bounded?: true;
}

const key = (name: Parameters<typeof annotationKeys>[0]): string => annotationKeys(name)[0] as string;
const reserved = [...new Set(FRONTEND_ADDRESS.except.map(({ kind }) => kind))].sort();

export const ADMISSION_RULES = [
  { code: 'FrontendIPInvalid', list: 'notAddresses', subject: `${key('frontend-ip')} is ` },
  {
    code: 'FrontendIPInvalid',
    list: 'reservedAddresses',
    subject: `${key('frontend-ip')} is `,
    remedy: `A front end cannot have such an address (${reserved.join(', ')}): write another one.`,
  },
  { code: 'PortInvalid', list: 'invalidSecurePorts', subject: `${key('secure-port')} is ` },
  { code: 'PortInvalid', list: 'invalidInsecurePorts', subject: `${key('insecure-port')} is ` },
  {
    code: 'PortInvalid',
    list: 'equalPorts',
    subject: 'insecure-port and secure-port are both ',
    remedy: 'Choose two different ports.',
  },
  { code: 'HostRequired', list: 'rulesWithoutHost', field: true },
  { code: 'DefaultBackendUnsupported', list: 'onlyDefaultBackend', field: true },
  { code: 'HostInvalid', list: 'invalidHosts', bounded: true },
  { code: 'TLSNotEnabled', list: 'uncoveredHosts', bounded: true },
  { code: 'AmbiguousBackend', list: 'undecidedHosts', bounded: true },
  { code: 'BackendRequired', list: 'hostsWithoutBackend', bounded: true },
  { code: 'ResourceBackendUnsupported', list: 'resourceHosts', bounded: true },
] as const satisfies readonly AdmissionRule[];

/** A code that the policy covers. */
export type AdmissionCode = (typeof ADMISSION_RULES)[number]['code'];

/** Findings about other objects than Ingresses. */
type OtherObjects = keyof typeof GATEWAY_FINDINGS;

type ErrorCode = { [C in FindingCode]: (typeof CATALOGUE)[C]['severity'] extends 'error' ? C : never }[FindingCode];

/** Says of each other error of an Ingress why the policy cannot find it. */
export const NOT_ADMISSION: Readonly<Record<Exclude<ErrorCode, AdmissionCode | OtherObjects>, string>> = {
  AccessClosed: 'the family of the front end’s address decides, and CEL of Kubernetes 1.25 cannot parse networks',
  ExternalNameUnsupported: 'the Service decides',
  FrontendIPForbidden: '`appliances.yml` decides, and differs from appliance to appliance',
  FrontendIPRequired: '`appliances.yml` decides: an appliance may have a default VIP',
  FrontendInUse: 'the appliance decides',
  HostConflict: 'the other Ingresses of all clusters decide',
  HostForbidden: '`appliances.yml` decides',
  IngressTooLarge: 'the size depends on the members of all back ends',
  ManifestInvalid: 'the API server refuses such an object itself',
  ProxyProtocolClosed: 'it may follow from the JSON of `servicegroup`, which CEL cannot parse',
  ServiceNotFound: 'the Service decides, and may be created later',
  ServicePortNotFound: 'the Service decides, and may be changed later',
};

/** A validation as the API server knows it. */
export interface Validation {
  readonly expression: string;
  readonly message: string;
  readonly messageExpression: string;
}

/** Returns the name of the variable with what breaks a rule and did not before the change. */
export function newName({ list }: AdmissionRule): string {
  return `new${list.charAt(0).toUpperCase()}${list.slice(1)}`;
}

/**
 * Returns what breaks a rule and did not before the change. An Ingress that was ours and broke the rule in the same way
 * may be changed in everything else.
 */
export function newlyBroken({ list, bounded }: AdmissionRule): string {
  const known = `o in variables.${variableName('oldObject', list)}`;
  // Too large to be judged before: nobody knows what it broke.
  const before = bounded ? any(`!variables.${variableName('oldObject', 'bounded')}`, known) : known;
  return `variables.${list}.filter(o, !(${all('variables.wasOurs', before)}))`;
}

/** Returns the validation of a rule, with the texts of its finding. */
export function validation(rule: AdmissionRule): Validation {
  const { title, remedy } = CATALOGUE[rule.code];
  const end = `. ${rule.remedy ?? remedy} (nspass explain ${rule.code})`;
  const broken = `variables.${newName(rule)}`;
  const value = rule.field ? `${broken}[0]` : shown(`${broken}[0]`);
  const others = either(`${broken}.exists(o, o != ${broken}[0])`, '" and others"', '""');
  return {
    expression: `size(${broken}) == 0`,
    message: `${title}${end}`,
    messageExpression: [literal(`${title}: ${rule.subject ?? ''}`), value, others, literal(end)].join(' + '),
  };
}
