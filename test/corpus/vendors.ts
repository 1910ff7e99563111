import { at, type Case, ingress, path, rule, type Shape } from './case.ts';
import { ingressClass, service, slice } from './cluster.ts';

/** A manifest as vendors and their users publish it, with what is said of it and what is left once that was done. */
export interface VendorCase extends Case {
  /** `Code: remedy`, in the order of the findings' codes. */
  readonly said: readonly string[];
  /** The manifest after every remedy was followed: it must go without a finding. */
  readonly followed: unknown;
}

const DEFAULT_VIP = '192.0.2.99';

function server(name: string, port: number, address: string) {
  const ports = [{ name: 'p', port, targetPort: 8443 }];
  return [
    service(name, { ports }),
    slice(name, `${name}-1`, {
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
      ports: [{ name: 'p', port: 8443, protocol: 'TCP' }],
    }),
  ];
}

const cluster = [
  ...['citrix', 'nsic-vpx', 'tier-1-vpx', 'vpx', 'cic-vpx'].map((name) => ingressClass(name)),
  ...server('web', 443, '10.244.7.1'),
  ...server('frontend', 443, '10.244.7.2'),
  ...server('app18', 8080, '10.244.7.3'),
  ...server('apache', 443, '10.244.7.4'),
  ...server('mongodb-mongos', 27017, '10.244.7.5'),
];

type Annotations = Readonly<Record<string, unknown>>;

interface Published {
  readonly name: string;
  readonly rule: string;
  readonly host?: string;
  readonly to?: readonly [service: string, port: number];
  /** `ssl-passthrough: "True"` and `frontend-ip: 192.0.2.10` where absent. */
  readonly annotations: Annotations;
  readonly shape?: Shape;
  readonly routes: readonly string[];
  /** `Code key`, for findings of annotations; the whole path for others. */
  readonly findings: readonly string[];
  readonly said: readonly string[];
  /** What to write instead; undefined for what is taken away. */
  readonly instead: Annotations;
  readonly insteadShape?: Shape;
}

function vendorCase(each: Published): VendorCase {
  const { host = 'shop.example.com', to = ['apache', 443], annotations, shape = {}, instead, insteadShape = {} } = each;
  const rules = [rule(host, path('/', ...to))];
  const as = (changes: Annotations, more: Shape) =>
    ingress({ rules, ...shape, ...more, annotations: { ...annotations, ...changes } });
  return {
    rule: each.rule,
    name: each.name,
    ingress: as({}, {}),
    cluster,
    rules: { defaultVip: DEFAULT_VIP },
    routes: each.routes,
    findings: each.findings.map((found) => {
      const [code, where = ''] = found.split(' ');
      return where.startsWith('spec') ? found : `${code} ${at(where)}`;
    }),
    said: each.said,
    followed: as(instead, insteadShape),
  };
}

const BACK_END = 'Remove the annotation, or implement its function in the back end.';
const REMOVE = 'Remove the annotation.';
const REDIRECT = 'Write redirect to answer plain HTTP with a redirect to https, or disallow.';
const CLIENTS =
  'To admit client addresses, write netscaler-passthrough/allow-sources or deny-sources. Check anything else in the back end, which does the TLS handshake; then remove the annotation or attribute.';
const NO_ALLOW_LIST = 'Remove the attribute: no allow-list can admit it.';

const byAnnotation = (name: string): Pick<Shape, 'className'> & { readonly class: Annotations } => ({
  className: null,
  class: { 'kubernetes.io/ingress.class': name },
});
const CITRIX = byAnnotation('citrix');

const WEB = 'web:443 10.244.7.1:8443';
const APACHE = 'apache:443 10.244.7.4:8443';

/** Every annotation of these is answered (VAL-14), with a remedy that can be followed. */
export const VENDORS: readonly VendorCase[] = [
  vendorCase({
    rule: 'VAL-14',
    name: 'a chart for web sockets, with profiles for decrypted traffic',
    host: 'ws.example.com',
    to: ['web', 443],
    annotations: {
      'frontend-httpprofile': '{"webSocket" : "enabled"}',
      'frontend-tcpprofile': '{"ws":"enabled"}',
      'insecure-termination': 'redirect',
      'preconfigured-certkey': '{"certs": [ {"name": "wc.example.com", "type":"default"} ] }',
      ...CITRIX.class,
    },
    shape: { className: CITRIX.className },
    routes: [`ws.example.com 192.0.2.10:443 > ${WEB}`, 'ws.example.com 192.0.2.10:80 > https'],
    findings: [
      'AnnotationIgnored frontend-httpprofile',
      'AnnotationIgnored frontend-tcpprofile',
      'AnnotationIgnored preconfigured-certkey',
    ],
    said: [`AnnotationIgnored: ${BACK_END}`, `AnnotationIgnored: ${REMOVE}`, `AnnotationIgnored: ${BACK_END}`],
    instead: {
      'frontend-httpprofile': undefined,
      'frontend-tcpprofile': undefined,
      'preconfigured-certkey': undefined,
    },
  }),
  vendorCase({
    rule: 'VAL-11, VAL-12, VAL-14',
    name: 'Bitbucket, with SSH beside it on a plain port',
    host: 'bitbucket.example.com',
    to: ['web', 443],
    annotations: {
      backend_sslprofile: '{"bitbucket":"ns_default_ssl_profile_backend"}',
      frontend_sslprofile: 'ns_default_ssl_profile_frontend',
      'insecure-port': '7999',
      'insecure-service-type': 'tcp',
      'insecure-termination': 'allow',
      'secure-backend': '{"bitbucket-ssh":{"servicetype":"SSL"}}',
      'secure-service-type': 'ssl_tcp',
      ...CITRIX.class,
    },
    shape: { className: CITRIX.className },
    routes: [`bitbucket.example.com 192.0.2.10:443 > ${WEB}`],
    findings: [
      'AnnotationIgnored backend_sslprofile',
      'AnnotationIgnored frontend_sslprofile',
      'AnnotationIgnored insecure-service-type',
      'AnnotationIgnored secure-service-type',
      'InsecureAllowUnsupported insecure-termination',
      'InvalidAnnotation secure-backend',
    ],
    said: [
      `AnnotationIgnored: ${BACK_END}`,
      `AnnotationIgnored: ${BACK_END}`,
      `AnnotationIgnored: ${REMOVE}`,
      `AnnotationIgnored: ${REMOVE}`,
      `InsecureAllowUnsupported: ${REDIRECT}`,
      'InvalidAnnotation: Remove the annotation: every back end is reached over TLS in any case.',
    ],
    instead: {
      backend_sslprofile: undefined,
      frontend_sslprofile: undefined,
      'insecure-service-type': undefined,
      'insecure-termination': 'disallow',
      'secure-backend': undefined,
      'secure-service-type': undefined,
    },
  }),
  vendorCase({
    rule: 'VAL-13',
    name: 'a shop of two tiers, under an address as its host',
    host: '192.0.2.10.nip.io',
    to: ['frontend', 443],
    annotations: {
      'insecure-termination': 'redirect',
      'secure-port': '443',
      lbvserver: '{"frontend":{"lbmethod":"ROUNDROBIN", "persistenceType":"SOURCEIP"}}',
      ...byAnnotation('tier-1-vpx').class,
    },
    shape: { className: null },
    routes: [
      '192.0.2.10.nip.io 192.0.2.10:443 > frontend:443 10.244.7.2:8443 {"lbvserver":{"lbmethod":"ROUNDROBIN","persistencetype":"SOURCEIP"}}',
      '192.0.2.10.nip.io 192.0.2.10:80 > https',
    ],
    findings: [],
    said: [],
    instead: {},
  }),
  vendorCase({
    rule: 'VAL-9',
    name: 'an application without an address of its own',
    host: 'app18.example.nl',
    to: ['app18', 8080],
    annotations: { 'frontend-ip': undefined, 'secure-backend': 'True', 'insecure-termination': 'redirect' },
    shape: { className: 'nsic-vpx' },
    routes: [
      `app18.example.nl ${DEFAULT_VIP}:443 > app18:8080 10.244.7.3:8443`,
      `app18.example.nl ${DEFAULT_VIP}:80 > https`,
    ],
    findings: [],
    said: [],
    instead: {},
  }),
  vendorCase({
    rule: 'VAL-11, VAL-14',
    name: 'what a script writes, with both ports as they are anyway',
    host: 'svc.example.com',
    to: ['web', 443],
    annotations: {
      'secure-port': '443',
      'insecure-port': '80',
      'insecure-termination': 'redirect',
      'ssl-redirect': 'true',
      'preconfigured-certkey': '{"certs": [{"name": "ck", "type": "default"}]}',
      'secure-service-type': 'ssl',
      ...CITRIX.class,
    },
    shape: { className: CITRIX.className },
    routes: [`svc.example.com 192.0.2.10:443 > ${WEB}`, 'svc.example.com 192.0.2.10:80 > https'],
    findings: [
      'AnnotationIgnored preconfigured-certkey',
      'AnnotationIgnored secure-service-type',
      'AnnotationIgnored ssl-redirect',
    ],
    said: [
      `AnnotationIgnored: ${BACK_END}`,
      `AnnotationIgnored: ${REMOVE}`,
      'AnnotationIgnored: Remove the annotation. To redirect plain HTTP, write ingress.citrix.com/insecure-termination: "redirect".',
    ],
    instead: { 'preconfigured-certkey': undefined, 'secure-service-type': undefined, 'ssl-redirect': undefined },
  }),
  vendorCase({
    rule: 'VAL-9, VAL-14',
    name: 'the first of two tiers, with the placeholder for the address left in',
    annotations: {
      'insecure-termination': 'redirect',
      'frontend-ip': 'x.x.x.x',
      secure_backend: '{"lb-service-hotdrinks": "True","lb-service-colddrinks": "True"}',
      ...byAnnotation('vpx').class,
    },
    shape: {
      className: null,
      rules: [
        rule('hotdrink.beverages.com', path(undefined, 'web')),
        rule('guestbook.beverages.com', path(null, 'web')),
        rule('colddrink.beverages.com', path(null, 'web')),
      ],
    },
    routes: [],
    findings: ['AnnotationDeprecated secure_backend', 'FrontendIPInvalid frontend-ip'],
    said: [
      `AnnotationDeprecated: Write ingress.citrix.com/secure-backend: '{"lb-service-hotdrinks": "True","lb-service-colddrinks": "True"}'`,
      'FrontendIPInvalid: Write one address, such as 192.0.2.10 or 2001:db8::10.',
    ],
    instead: {
      'frontend-ip': '192.0.2.10',
      secure_backend: undefined,
      'secure-backend': '{"lb-service-hotdrinks": "True","lb-service-colddrinks": "True"}',
    },
  }),
  vendorCase({
    rule: 'VAL-2, VAL-11, VAL-14',
    name: 'MongoDB over plain TCP, with nothing but a default back end',
    annotations: {
      analyticsprofile: '{"tcpinsight": {"tcpBurstReporting":"DISABLED"}}',
      'insecure-port': '27017',
      'insecure-service-type': 'mongo',
      'insecure-termination': 'allow',
    },
    shape: {
      className: 'tier-1-vpx',
      rules: [],
      tls: [],
      spec: { defaultBackend: { service: { name: 'mongodb-mongos', port: { number: 27017 } } } },
    },
    routes: [],
    findings: [
      'AnnotationIgnored analyticsprofile',
      'AnnotationIgnored insecure-service-type',
      'DefaultBackendUnsupported spec.defaultBackend',
      'InsecureAllowUnsupported insecure-termination',
    ],
    said: [
      `AnnotationIgnored: ${REMOVE}`,
      `AnnotationIgnored: ${REMOVE}`,
      'DefaultBackendUnsupported: Add a rule with a host.',
      `InsecureAllowUnsupported: ${REDIRECT}`,
    ],
    instead: { analyticsprofile: undefined, 'insecure-service-type': undefined, 'insecure-termination': 'disallow' },
    insteadShape: {
      rules: [rule('mongo.example.com', path('/', 'mongodb-mongos', 27017))],
      tls: [{ secretName: 'cert' }],
      spec: {},
    },
  }),
  vendorCase({
    rule: 'VAL-14',
    name: 'certificates of clients, checked by the appliance',
    host: 'www.guestbook.example',
    annotations: {
      'backend-ca-secret': '{"apache": "tls-ca"}',
      'backend-secret': '{"apache": "wildcard-secret"}',
      'backend-sslprofile': '{"apache":{"serverauth": "enabled", "sni": "enabled"}}',
      'ca-secret': '{"apache": "tls-ca"}',
      'frontend-sslprofile': '{"clientauth": "enabled", "sni": "enabled"\n }',
      secure_backend: '{"apache": "True"}',
    },
    routes: [`www.guestbook.example 192.0.2.10:443 > ${APACHE}`],
    findings: [
      'AccessUnrestricted ca-secret',
      'AnnotationDeprecated secure_backend',
      'AnnotationIgnored backend-ca-secret',
      'AnnotationIgnored backend-secret',
      'AnnotationIgnored backend-sslprofile',
      'AnnotationIgnored ca-secret',
      'AnnotationIgnored frontend-sslprofile',
    ],
    said: [
      `AccessUnrestricted: ${CLIENTS}`,
      `AnnotationDeprecated: Write ingress.citrix.com/secure-backend: '{"apache": "True"}'`,
      ...Array<string>(5).fill(`AnnotationIgnored: ${BACK_END}`),
    ],
    instead: {
      'backend-ca-secret': undefined,
      'backend-secret': undefined,
      'backend-sslprofile': undefined,
      'ca-secret': undefined,
      'frontend-sslprofile': undefined,
      secure_backend: undefined,
      'secure-backend': '{"apache": "True"}',
    },
  }),
  vendorCase({
    rule: 'VAL-13',
    name: 'persistence by a cookie, which only decrypted traffic shows',
    annotations: {
      lbvserver: '{"apache":{"persistenceType":"COOKIEINSERT", "timeout":"20", "cookiename":"k8s_cookie"}}',
    },
    routes: [`shop.example.com 192.0.2.10:443 > ${APACHE} {"lbvserver":{"timeout":20}}`],
    findings: ['AttributeUnsupported lbvserver', 'AttributeUnsupported lbvserver'],
    said: [
      `AttributeUnsupported: ${NO_ALLOW_LIST}`,
      'AttributeUnsupported: Write one of DESTIP, NONE, SOURCEIP, SRCIPDESTIP, or remove the attribute.',
    ],
    instead: { lbvserver: '{"apache":{"persistenceType":"SOURCEIP", "timeout":"20"}}' },
  }),
  vendorCase({
    rule: 'VAL-9, VAL-14',
    name: 'a Listener in place of an address',
    annotations: { 'frontend-ip': undefined, listener: 'default/my-listener' },
    routes: [`shop.example.com ${DEFAULT_VIP}:443 > ${APACHE}`],
    findings: ['AnnotationIgnored listener'],
    said: [
      'AnnotationIgnored: Write ingress.citrix.com/frontend-ip with the address of the Listener, and remove the annotation.',
    ],
    instead: { 'frontend-ip': '192.0.2.10', listener: undefined },
  }),
  vendorCase({
    rule: 'VAL-9, VAL-14',
    name: 'a range of addresses in place of one',
    annotations: { 'frontend-ip': undefined, 'ipam-range': 'two-ip' },
    shape: { className: 'cic-vpx' },
    routes: [`shop.example.com ${DEFAULT_VIP}:443 > ${APACHE}`],
    findings: ['AnnotationIgnored ipam-range'],
    said: [
      'AnnotationIgnored: Write ingress.citrix.com/frontend-ip with the address in that range, and remove the annotation.',
    ],
    instead: { 'frontend-ip': '192.0.2.10', 'ipam-range': undefined },
  }),
  vendorCase({
    rule: 'VAL-13, VAL-14',
    name: 'clients kept out by a listen policy',
    annotations: { lbvserver: '{"apache":{"listenpolicy":"CLIENT.IP.SRC.IN_SUBNET(10.0.0.0/8)"}}' },
    routes: [`shop.example.com 192.0.2.10:443 > ${APACHE}`],
    findings: ['AccessUnrestricted lbvserver', 'AttributeUnsupported lbvserver'],
    said: [`AccessUnrestricted: ${CLIENTS}`, `AttributeUnsupported: ${NO_ALLOW_LIST}`],
    instead: { lbvserver: undefined },
  }),
  vendorCase({
    rule: 'VAL-13',
    name: 'a monitor for the Service of another sample',
    annotations: { monitor: '{"citrix-svc":{"type":"tcp"}}' },
    routes: [`shop.example.com 192.0.2.10:443 > ${APACHE}`],
    findings: ['InvalidAnnotation monitor'],
    said: ['InvalidAnnotation: Write the name of a Service of this Ingress: "apache".'],
    instead: { monitor: '{"apache":{"type":"tcp"}}' },
  }),
];
