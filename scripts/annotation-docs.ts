import { LINT_IGNORE } from '../lib/cli/lint-annotation.ts';
import {
  ANNOTATIONS,
  type AnnotationName,
  ATTRIBUTES,
  type AttributeType,
  type FindingCode,
  IGNORED,
  OBJECTS,
  PREFIX,
} from '../lib/ingress/index.ts';
import { table } from './schema-docs.ts';

/** One annotation, as its section says it. */
interface Section {
  /** Effect. */
  readonly does: string;
  /** The values that it takes. */
  readonly syntax: string;
  /** Behaviour without the annotation. */
  readonly without: string;
  /** A value to copy. */
  readonly example: string;
  /** Findings that its value may cause. */
  readonly findings: readonly FindingCode[];
}

const BY_SERVICE = 'JSON: an object with a Service of the Ingress as key, and an object of attributes as value';
const SMART: readonly FindingCode[] = ['AccessUnrestricted', 'AttributeUnsupported', 'InvalidAnnotation'];

/** Every annotation that has an effect; the example must go without a finding, which a test holds. */
export const SECTIONS: Readonly<Record<AnnotationName, Section>> = {
  csvserver: {
    does: 'Sets attributes of the front end. All Ingresses on one address and port share it, and the oldest decides.',
    syntax: 'JSON: an object of attributes (listed below)',
    without: 'what the appliance has by default',
    example: '{"clttimeout":9000,"l2conn":"ON"}',
    findings: [...SMART, 'FrontendSettingConflict'],
  },
  'frontend-ip': {
    does: 'Names the address (VIP) on which the hosts of the Ingress are served.',
    syntax: 'one IPv4 or IPv6 address, without port, prefix length or brackets',
    without: '`defaultVip` of the appliance; without that there is no route',
    example: '192.0.2.10',
    findings: ['FrontendIPForbidden', 'FrontendIPInvalid', 'FrontendIPRequired', 'FrontendInUse'],
  },
  'frontend-ipset-name': {
    does: 'Binds an ipset of the appliance to the front end, so that it is reached on further addresses, too.',
    syntax: 'the name of an ipset that `ipsets` in `appliances.yml` lists',
    without: 'the front end has its one address',
    example: 'edge',
    findings: ['FrontendIPForbidden', 'FrontendSettingConflict'],
  },
  'insecure-port': {
    does: 'Names the port of plain HTTP. Something listens there only with `insecure-termination: redirect`.',
    syntax: 'a number from 1 to 65535, in quotes; another one than that of `secure-port`',
    without: '80',
    example: '8080',
    findings: ['PortInvalid', 'RedirectUnavailable'],
  },
  'insecure-termination': {
    does: 'Says what becomes of plain HTTP: `redirect` answers it with a redirect to https, `disallow` lets nothing listen. `allow` counts as `disallow`: plain HTTP cannot be passed to a back end that speaks TLS.',
    syntax: '`redirect`, `disallow` or `allow`, in any case',
    without: '`disallow`',
    example: 'redirect',
    findings: ['ChallengeUnanswered', 'InsecureAllowUnsupported', 'InvalidAnnotation', 'RedirectUnavailable'],
  },
  lbvserver: {
    does: 'Sets attributes of the load balancing of a Service’s members, such as its method and persistence.',
    syntax: BY_SERVICE,
    without: 'what the appliance has by default',
    example: '{"web":{"lbmethod":"ROUNDROBIN","persistencetype":"SOURCEIP","timeout":2}}',
    findings: SMART,
  },
  monitor: {
    does: 'Sets attributes of the probe that decides which members of a Service are up. The members speak TLS: a probe in HTTP needs `"secure":"YES"`.',
    syntax: `${BY_SERVICE}; without \`type\` it is \`TCP\``,
    without: 'the appliance’s own probe of the TCP port',
    example: '{"web":{"type":"HTTP","httprequest":"HEAD /health","secure":"YES","interval":10}}',
    findings: [...SMART.slice(1), 'MonitorPlain'],
  },
  netprofile: {
    does: 'Names a net profile of the appliance for the connections to all back ends of the Ingress; it decides their source address. A `netprofile` in `servicegroup` goes before it.',
    syntax: 'the name of a profile that exists on the appliance',
    without: 'the appliance chooses the source address',
    example: 'back-ends',
    findings: ['InvalidAnnotation'],
  },
  'secure-backend': {
    does: 'Has no effect: with passthrough the back end always speaks TLS. It is accepted because manifests have it; only a `False` is remarked upon.',
    syntax: '`True` or `False`, or JSON with a Service as key and one of them as value',
    without: 'the same',
    example: 'True',
    findings: ['InvalidAnnotation', 'SecureBackendIgnored'],
  },
  'secure-port': {
    does: 'Names the port of TLS.',
    syntax: 'a number from 1 to 65535, in quotes',
    without: '443',
    example: '8443',
    findings: ['FrontendInUse', 'PortInvalid'],
  },
  servicegroup: {
    does: 'Sets attributes of the group of a Service’s members, such as whether they see the address of the client.',
    syntax: BY_SERVICE,
    without: 'what the appliance has by default',
    example: '{"web":{"usip":"YES","maxclient":1000}}',
    findings: SMART.slice(1),
  },
  'ssl-passthrough': {
    does: 'Switches passthrough on: without it an Ingress is not this system’s, and nothing is said about it.',
    syntax: '`true` or `false`, in any case, in quotes',
    without: '`false`',
    example: 'true',
    findings: ['InvalidAnnotation', 'PassthroughNotRequested'],
  },
};

/** A value of YAML as one writes it. */
function scalar(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

const link = (code: string): string => `[${code}](findings.md#${code.toLowerCase()})`;

function section(name: AnnotationName): string {
  const { does, syntax, without, example, findings } = SECTIONS[name];
  return [
    `## ${name}\n`,
    `${does}\n`,
    table(
      ['', ''],
      [
        ['syntax', syntax],
        ['default', without],
        ['findings', [...findings].sort().map(link).join(', ')],
      ],
    ),
    `\n\`\`\`yaml\n${PREFIX}${name}: ${scalar(example)}\n\`\`\`\n`,
  ].join('\n');
}

function values(type: AttributeType): string {
  switch (type.kind) {
    case 'choice':
      return type.choices.map((choice) => `\`${choice}\``).join(', ');
    case 'number':
      return `${type.min} to ${type.max}`;
    case 'mask':
      return 'an IPv4 subnet mask';
    case 'codes':
      return 'HTTP status codes, such as `200,301-302`';
    case 'name':
      return 'the name of an object on the appliance';
    case 'text':
      return '1 to 512 printable ASCII characters';
  }
}

function attributes(safe: boolean): string {
  const rows = OBJECTS.flatMap((object) =>
    [...ATTRIBUTES[object]]
      .filter(([, attribute]) => attribute.safe === safe)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { type }]) => [object, `\`${name}\``, values(type)]),
  );
  return `${table(['annotation', 'attribute', 'values'], rows)}\n`;
}

const DEFAULT_REMEDY = 'Remove the annotation, or do what it asks for in the back end.';

/** `docs/annotations.md`. */
export function renderAnnotations(): string {
  const rows = [...IGNORED].map(([name, { why, remedy = DEFAULT_REMEDY }]) => [`\`${name}\``, why, remedy]);
  return [
    '# Annotations\n',
    `What an Ingress may say, with the prefix \`${PREFIX}\` before each name. Names are read in lower case alone; older spellings with underscores work and are remarked upon ([AnnotationDeprecated](findings.md#annotationdeprecated)). Every value is text: numbers and \`true\` stand in quotes. A value that cannot be read counts as absent.\n`,
    'This page is generated from `scripts/annotation-docs.ts` and the tables of `lib/ingress` (`npm run generate`).\n',
    ...ANNOTATIONS.map(section),
    '## Attributes that may be set\n',
    'In `csvserver`, `lbvserver`, `monitor` and `servicegroup`, names in any case, values as text or number. These are safe, and applied where `allowedAttributes` in [`appliances.yml`](configuration.md) does not say otherwise for the object:\n',
    attributes(true),
    'These are applied only where `allowedAttributes` lists them:\n',
    attributes(false),
    'Every other attribute of the appliance breaks passthrough, or is set by this system; no allow-list can admit it.\n',
    '## For nspass lint alone\n',
    `\`${LINT_IGNORE}\` names findings that \`nspass lint\` leaves out for this Ingress, parted by commas or blanks. It is for manifests whose comments get lost, as with helm and kustomize; elsewhere, \`# nspass-ignore: CODE\` at the line says it more exactly. A code that there is not is remarked upon ([InvalidAnnotation](findings.md#invalidannotation)), and so is another name with this prefix ([AnnotationUnknown](findings.md#annotationunknown)). Nothing else reads it: the cluster’s Events, \`nspass local\` and the appliance are the same with and without it.\n`,
    `\`\`\`yaml\n${LINT_IGNORE}: ${scalar('NoEndpoints, PathsIgnored')}\n\`\`\`\n`,
    '## Annotations without effect\n',
    'The vendor’s controller has these. Each is remarked upon ([AnnotationIgnored](findings.md#annotationignored)); where it restricted access, so is that the host is open to all ([AccessUnrestricted](findings.md#accessunrestricted)).\n',
    `${table(['annotation', 'why', 'what to do'], rows)}\n`,
  ].join('\n');
}
