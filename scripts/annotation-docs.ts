import {
  ANNOTATIONS,
  type AnnotationName,
  ATTRIBUTES,
  type AttributeType,
  CATALOGUE,
  type FindingCode,
  IGNORED,
  LINT_IGNORE,
  OBJECTS,
  OWN_ANNOTATIONS,
  OWN_PREFIX,
  type OwnAnnotationName,
  PREFIX,
} from '../lib/ingress/index.ts';
import { table } from './schema-docs.ts';

/** The texts in the section of one annotation. */
interface Section {
  /** Effect. */
  readonly does: string;
  /** Valid values. */
  readonly syntax: string;
  /** Behaviour without the annotation. */
  readonly absent: string;
  /** A value to copy. */
  readonly example: string;
  /** Findings that its value may cause. */
  readonly findings: readonly FindingCode[];
}

const BY_SERVICE = 'JSON: an object with a Service of the Ingress as key, and an object of attributes as value';
const SMART: readonly FindingCode[] = ['AccessUnrestricted', 'AttributeUnsupported', 'InvalidAnnotation'];

/** The annotations that have an effect. A test checks that the example of each causes no finding. */
export const SECTIONS: Readonly<Record<AnnotationName, Section>> = {
  csvserver: {
    does: 'Sets attributes of the front end. All Ingresses on one address and port share the front end, and the oldest Ingress decides.',
    syntax: 'JSON: an object of attributes (listed below)',
    absent: 'the defaults of the appliance',
    example: '{"clttimeout":9000,"l2conn":"ON"}',
    findings: [...SMART, 'FrontendSettingConflict'],
  },
  'frontend-ip': {
    does: 'Sets the address (VIP) that serves the hosts of the Ingress.',
    syntax: 'one IPv4 or IPv6 address, without port, prefix length or brackets',
    absent: '`defaultVip` of the appliance; without one, no route is programmed',
    example: '192.0.2.10',
    findings: ['FrontendIPForbidden', 'FrontendIPInvalid', 'FrontendIPRequired', 'FrontendInUse'],
  },
  'frontend-ipset-name': {
    does: 'Binds an ipset of the appliance to the front end, which then also listens on the addresses of the ipset.',
    syntax: 'the name of an ipset that `ipsets` in `appliances.yml` lists',
    absent: 'the front end listens on its own address only',
    example: 'edge',
    findings: ['FrontendIPForbidden', 'FrontendSettingConflict'],
  },
  'insecure-port': {
    does: 'Sets the port for plain HTTP. The appliance listens on it only with `insecure-termination: redirect`.',
    syntax: 'a number from 1 to 65535, in quotes, other than `secure-port`',
    absent: '80',
    example: '8080',
    findings: ['PortInvalid', 'RedirectUnavailable'],
  },
  'insecure-termination': {
    does: 'Sets the handling of plain HTTP: `redirect` answers with a redirect to https; with `disallow`, nothing listens. `allow` is treated as `disallow`, because plain HTTP cannot be passed to a back end that speaks TLS.',
    syntax: '`redirect`, `disallow` or `allow`, in any case',
    absent: '`disallow`',
    example: 'redirect',
    findings: ['ChallengeUnanswered', 'InsecureAllowUnsupported', 'InvalidAnnotation', 'RedirectUnavailable'],
  },
  lbvserver: {
    does: 'Sets attributes of the load balancing for the members of a Service, such as the method and persistence.',
    syntax: BY_SERVICE,
    absent: 'the defaults of the appliance',
    example: '{"web":{"lbmethod":"ROUNDROBIN","persistencetype":"SOURCEIP","timeout":2}}',
    findings: SMART,
  },
  monitor: {
    does: 'Sets attributes of the probe that decides which members of a Service are up. The members speak TLS, so an HTTP probe needs `"secure":"YES"`.',
    syntax: `${BY_SERVICE}; the default \`type\` is \`TCP\``,
    absent: 'the default probe of the appliance, to the TCP port',
    example: '{"web":{"type":"HTTP","httprequest":"HEAD /health","secure":"YES","interval":10}}',
    findings: [...SMART.slice(1), 'MonitorPlain', 'MonitorWithoutHeader'],
  },
  netprofile: {
    does: 'Names the net profile of the appliance that sets the source address of connections to all back ends of the Ingress. A `netprofile` in `servicegroup` takes precedence.',
    syntax: 'the name of a profile that exists on the appliance',
    absent: 'the appliance chooses the source address',
    example: 'back-ends',
    findings: ['InvalidAnnotation'],
  },
  'secure-backend': {
    does: 'Has no effect: with passthrough, the back end always speaks TLS. The annotation is accepted because many manifests have it; only `False` causes a finding.',
    syntax: '`True` or `False`, or a JSON object with a Service as key and one of them as value',
    absent: 'no difference',
    example: 'True',
    findings: ['InvalidAnnotation', 'SecureBackendIgnored'],
  },
  'secure-port': {
    does: 'Sets the port for TLS.',
    syntax: 'a number from 1 to 65535, in quotes',
    absent: '443',
    example: '8443',
    findings: ['FrontendInUse', 'PortInvalid'],
  },
  servicegroup: {
    does: 'Sets attributes of the service group with the members of a Service, for example whether they see the client address.',
    syntax: BY_SERVICE,
    absent: 'the defaults of the appliance',
    example: '{"web":{"usip":"YES","maxclient":1000}}',
    findings: SMART.slice(1),
  },
  'ssl-passthrough': {
    does: 'Enables passthrough. This system ignores an Ingress without it, and reports nothing about it.',
    syntax: '`true` or `false`, in any case, in quotes',
    absent: '`false`',
    example: 'true',
    findings: ['InvalidAnnotation', 'PassthroughNotRequested'],
  },
};

const NETWORKS =
  'addresses, and ranges in CIDR notation, with commas or blanks between them; at most 256 in both lists';

/** The annotations of this project's prefix that have an effect. A test checks that the example of each causes no finding. */
export const OWN_SECTIONS: Readonly<Record<OwnAnnotationName, Section>> = {
  'acme-challenge': {
    does: 'Lets ACME challenges of the hosts through: plain HTTP of `/.well-known/acme-challenge/TOKEN` on port 80 reaches the Service that such a path names, and everything else is still redirected. It needs `insecure-termination: redirect` on port 80. [Renew with ACME](acme.md) shows it with cert-manager.',
    syntax: '`allow`, in any case',
    absent: 'the whole port redirects, challenges too',
    example: 'allow',
    findings: ['ChallengeNotRedirected', 'ChallengeUnanswered', 'InvalidAnnotation'],
  },
  'allow-sources': {
    does: 'Names the source networks that may connect to the hosts of the Ingress. The appliance resets everyone else, before anything reaches a back end. An invalid entry is left out, so that its clients may not connect.',
    syntax: NETWORKS,
    absent: 'every client may connect, unless `deny-sources` names it',
    example: '192.0.2.0/24, 198.51.100.7, 2001:db8::/32',
    findings: ['AccessClosed', 'AccessNetworkInvalid'],
  },
  'deny-sources': {
    does: 'Names the source networks that may not connect to the hosts of the Ingress: the appliance resets them. It has the last word over `allow-sources`. With an invalid entry nobody may connect, because it is not known whom to keep out.',
    syntax: NETWORKS,
    absent: 'nobody is kept out, unless `allow-sources` is there and lacks the client',
    example: '192.0.2.128/25',
    findings: ['AccessClosed'],
  },
  'proxy-protocol': {
    does: 'Sends each member the address and port of the client before the client’s own bytes, in this version of the PROXY protocol: a line of text (`v1`), or binary (`v2`). It counts for all Services of the Ingress, whose pods must expect the header in front of TLS; without it they see an address of the appliance.',
    syntax: '`v1` or `v2`, in any case',
    absent: 'members get no header',
    example: 'v2',
    findings: ['MonitorWithoutHeader', 'ProxyProtocolClosed'],
  },
};

/** The annotations about who may connect. */
const ACCESS_NAMES: readonly OwnAnnotationName[] = ['allow-sources', 'deny-sources'];

/** Returns a quoted YAML scalar. */
function scalar(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

const link = (code: string): string => `[${code}](findings.md#${code.toLowerCase()})`;

const section = (name: AnnotationName): string => rendered(name, PREFIX, SECTIONS[name]);
const ownSection = (name: OwnAnnotationName): string => rendered(name, OWN_PREFIX, OWN_SECTIONS[name]);

function rendered(name: string, prefix: string, { does, syntax, absent, example, findings }: Section): string {
  return [
    `## ${name}\n`,
    `${does}\n`,
    table(
      ['', ''],
      [
        ['syntax', syntax],
        ['default', absent],
        ['findings', [...findings].sort().map(link).join(', ')],
      ],
    ),
    `\n\`\`\`yaml\n${prefix}${name}: ${scalar(example)}\n\`\`\`\n`,
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

/** Renders `docs/annotations.md`. */
export function renderAnnotations(): string {
  const rows = [...IGNORED].map(([name, { why, remedy = CATALOGUE.AnnotationIgnored.remedy }]) => [
    `\`${name}\``,
    why,
    remedy,
  ]);
  return [
    '# Annotations\n',
    `These annotations of an Ingress have an effect. Each name has the prefix \`${PREFIX}\`. Names are in lower case; deprecated names with underscores still work and cause the finding [AnnotationDeprecated](findings.md#annotationdeprecated). Every value is text, so write numbers and \`true\` in quotes. An invalid value is treated as absent.\n`,
    'This page is generated from `scripts/annotation-docs.ts` and the tables of `lib/ingress` (`npm run generate`).\n',
    ...ANNOTATIONS.map(section),
    '## Who may connect\n',
    `The vendor’s controller has no annotation for this with passthrough, so these have the prefix \`${OWN_PREFIX}\`. They concern the hosts that this Ingress holds, and no other: where an exact host and a wildcard belong to different Ingresses, each keeps its own lists, and a client that one refuses never falls to the other. Where several Ingresses claim one host, the lists of the one that holds it count. Only networks of the family of the front end’s address count; an IPv6 front end needs IPv6 networks. Whatever cannot be read as it was intended makes the hosts less open, never more ([AccessClosed](findings.md#accessclosed)).\n`,
    'A change of the lists counts for new connections at once. Like other settings of back ends, it makes new back ends, so that there is no moment without the lists: open connections stay on the former back ends for `drainSeconds`, and then end. A TLSRoute may have the same annotations. Where its Gateways have addresses of both families, each front end counts the networks of its own family, and one for which `allow-sources` names none admits nobody. Gateways have no such annotations; `nspass lint` reports one ([AnnotationUnknown](findings.md#annotationunknown)).\n',
    ...ACCESS_NAMES.map(ownSection),
    '## The client’s address\n',
    'The system makes a net profile for each version, once (`nsp-proxy-v1`, `nsp-proxy-v2`), and sets it on the service groups of the back ends that ask for it. The command policies of its user must allow `netProfile` ([user](deploy/netscaler-user.md)). Like other settings of back ends, a change makes new back ends, to which the hosts move in one step: open connections stay on the former ones for `drainSeconds`, and then end. So change the pods and the annotation together, or let the pods accept both for that time. A TLSRoute may have the same annotation.\n',
    `Monitors connect to the members themselves, and send no header. The default TCP monitor only opens a connection, so it passes. One that speaks TLS or HTTP (\`"secure": "YES"\`, \`HTTP-ECV\`) sends its bytes where the member expects the header: the member refuses it, is marked down, and its hosts are reset. Leave such monitors out, or let them probe another port with \`destport\`: [MonitorWithoutHeader](findings.md#monitorwithoutheader) names them.\n`,
    'A member must accept the header from the appliance alone: whoever reaches its port otherwise may claim any address. Where a load balancer or NAT stands before the appliance, the header names that. The appliance simulator sends both versions; no real appliance was at hand to prove that an SSL virtual server sends the header on a connection that it forwards by its handshake.\n',
    ...OWN_ANNOTATIONS.filter((name) => !ACCESS_NAMES.includes(name)).map(ownSection),
    '## Attributes that may be set\n',
    'The annotations `csvserver`, `lbvserver`, `monitor` and `servicegroup` set attributes. Names are in any case; values are text or numbers. These attributes are safe and apply unless `allowedAttributes` in [`appliances.yml`](configuration.md) has a list for the object:\n',
    attributes(true),
    'These attributes apply only where `allowedAttributes` lists them:\n',
    attributes(false),
    'Every other attribute of the appliance breaks passthrough or is set by this system, so no allow-list can admit it.\n',
    '## For nspass lint alone\n',
    `\`${LINT_IGNORE}\` names findings that \`nspass lint\` leaves out for this Ingress, parted by commas or blanks. It is for manifests whose comments get lost, as with helm and kustomize; elsewhere, \`# nspass-ignore: CODE\` at the line says it more exactly. A code that there is not is remarked upon ([InvalidAnnotation](findings.md#invalidannotation)), and so is another name with this prefix ([AnnotationUnknown](findings.md#annotationunknown)). Nothing else reads it: the cluster’s Events, \`nspass local\` and the appliance are the same with and without it.\n`,
    `\`\`\`yaml\n${LINT_IGNORE}: ${scalar('NoEndpoints, PathsIgnored')}\n\`\`\`\n`,
    '## Annotations without effect\n',
    'The vendor’s controller has these annotations. Each causes the finding [AnnotationIgnored](findings.md#annotationignored). One that restricts access also causes [AccessUnrestricted](findings.md#accessunrestricted), because the host is open to all.\n',
    `${table(['annotation', 'why', 'what to do'], rows)}\n`,
  ].join('\n');
}
