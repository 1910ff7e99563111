import { at, type Case, ingress, route } from './case.ts';

const ours = [route('shop.example.com')];
const annotated = (annotations: Record<string, unknown>) => ingress({ annotations });

const secureBackends: readonly (readonly [value: string, finding?: string])[] = [
  ['True'],
  ['true'],
  ['{"web":"True"}'],
  ['{"web":true}'],
  ['{}'],
  ['False', 'SecureBackendIgnored'],
  ['{"web":"False"}', 'SecureBackendIgnored'],
  ['{"api":"True","web":"false"}', 'SecureBackendIgnored'],
  ['{"web":false}', 'SecureBackendIgnored'],
  ['yes', 'InvalidAnnotation'],
  ['{"web":"yes"}', 'InvalidAnnotation'],
  ['{"web":{"servicetype":"SSL"}}', 'InvalidAnnotation'],
  ['["web"]', 'InvalidAnnotation'],
  ['‘{“web”:”True”}’', 'InvalidAnnotation'],
];

const ignored = [
  'path-match-method',
  'frontend-httpprofile',
  'frontend-sslprofile',
  'frontend-tcpprofile',
  'backend-httpprofile',
  'preconfigured-certkey',
  'ca-secret',
  'secure-service-type',
  'insecure-service-type',
  'service_weights',
  'service-weights',
  'default-response-code',
  'listener',
  'canary-by-header',
  'rewrite-target',
  'auth-url',
  'oauth-provider',
  'hsts-max-age',
  'allow-list',
  'denylist-source-range',
  'preconfigured-ca-certkey',
  'whitelist-source-range',
  // From here on as the vendor's pages write them.
  'analyticsprofile',
  'auth_crd',
  'backend-ca-secret',
  'backend-secret',
  'backend-tcpprofile',
  'backend_sslprofile',
  'bot_crd',
  'canary-by-header-value',
  'canary-weight',
  'cors_crd',
  'deployment',
  'external-service',
  'frontend_sslprofile',
  'ipam-range',
  'multicluster-policy-priority-order',
  'preconfigured-backend-ca-certkey',
  'preconfigured-backend-certkey',
  'ratelimit_crd',
  'rewrite-responder',
  'rewrite-responder_crd',
  'ssl-redirect',
  'waf_crd',
];

/** Those of them without which the host is open to all. */
const restricting = new Set([
  'allow-list',
  'auth-url',
  'auth_crd',
  'ca-secret',
  'denylist-source-range',
  'oauth-provider',
  'preconfigured-ca-certkey',
  'whitelist-source-range',
]);

const unknown = [
  'frontendip',
  'secure-prot',
  'my-own-idea',
  'ssl-passthru',
  'SSL-Passthrough',
  '',
  '__proto__',
  'constructor',
];

/** What annotations say, apart from smart ones: VAL-12, VAL-14. */
export const ANNOTATIONS: readonly Case[] = [
  ...secureBackends.map(
    ([value, finding]): Case => ({
      rule: 'VAL-12',
      name: `secure-backend: ${value}`,
      ingress: annotated({ 'secure-backend': value }),
      routes: ours,
      findings: finding === undefined ? [] : [`${finding} ${at('secure-backend')}`],
    }),
  ),
  {
    rule: 'VAL-12, VAL-14',
    name: 'secure_backend, as older samples write it',
    ingress: annotated({ secure_backend: '{"web":"True"}' }),
    routes: ours,
    findings: [`AnnotationDeprecated ${at('secure_backend')}`],
  },
  {
    rule: 'VAL-14',
    name: 'both spellings: the new one counts',
    ingress: annotated({ 'frontend-ip': '192.0.2.10', frontend_ip: 'x' }),
    routes: ours,
    findings: [`AnnotationDeprecated ${at('frontend_ip')}`],
  },
  {
    rule: 'VAL-14',
    name: 'an old spelling with a wrong value is said under its own key',
    ingress: annotated({ secure_port: 'x' }),
    findings: [`AnnotationDeprecated ${at('secure_port')}`, `PortInvalid ${at('secure_port')}`],
  },
  ...ignored.map(
    (name): Case => ({
      rule: 'VAL-14',
      name: `without effect: ${name}`,
      ingress: annotated({ [name]: 'any' }),
      routes: ours,
      findings: [...(restricting.has(name) ? [`AccessUnrestricted ${at(name)}`] : []), `AnnotationIgnored ${at(name)}`],
    }),
  ),
  ...unknown.map(
    (name): Case => ({
      rule: 'VAL-14',
      name: `unknown: ${JSON.stringify(name)}`,
      ingress: annotated({ [`ingress.citrix.com/${name}`]: 'any' }),
      routes: ours,
      findings: [`AnnotationUnknown ${at(name)}`],
    }),
  ),
  {
    rule: 'VAL-14',
    name: 'once for each',
    ingress: annotated({ 'path-match-method': 'exact', 'ca-secret': '{}', nonsense: '1' }),
    routes: ours,
    findings: [
      `AccessUnrestricted ${at('ca-secret')}`,
      `AnnotationIgnored ${at('ca-secret')}`,
      `AnnotationIgnored ${at('path-match-method')}`,
      `AnnotationUnknown ${at('nonsense')}`,
    ],
  },
  {
    rule: 'VAL-14',
    name: 'other prefixes mean nothing',
    ingress: annotated({
      'nginx.ingress.kubernetes.io/rewrite-target': '/',
      'cert-manager.io/cluster-issuer': 'x',
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
    }),
    routes: ours,
  },
  {
    rule: 'VAL-14',
    name: 'a capital letter in the prefix makes another key, which is not read',
    ingress: annotated({ 'Ingress.citrix.com/frontend-ipset-name': 'edge', 'INGRESS.citrix.com/ca-secret': 'ca' }),
    routes: ours,
    findings: [
      'AccessUnrestricted metadata.annotations["INGRESS.citrix.com/ca-secret"]',
      'AnnotationIgnored metadata.annotations["INGRESS.citrix.com/ca-secret"]',
      'AnnotationUnknown metadata.annotations["Ingress.citrix.com/frontend-ipset-name"]',
    ],
  },
  {
    rule: 'VAL-14',
    name: 'an SSL profile restricts only where it asks for certificates of clients',
    ingress: annotated({ 'frontend-sslprofile': '{"clientauth":"ENABLED"}' }),
    routes: ours,
    findings: [`AccessUnrestricted ${at('frontend-sslprofile')}`, `AnnotationIgnored ${at('frontend-sslprofile')}`],
  },
  {
    rule: 'VAL-12',
    name: 'secure-backend with a Service twice: the last one counts',
    ingress: annotated({ 'secure-backend': '{"web":"False","web":"True"}' }),
    routes: ours,
    findings: [`InvalidAnnotation ${at('secure-backend')}`],
  },
  {
    rule: 'VAL-14',
    name: 'annotations that are no text',
    ingress: annotated({ 'secure-port': 8443, 'insecure-port': null, lbvserver: { web: {} } }),
    routes: ours,
  },
  {
    rule: 'SEL-1',
    name: 'annotations that are no mapping',
    ingress: ingress({ metadata: { annotations: ['ingress.citrix.com/ssl-passthrough'] } }),
    selected: false,
  },
];
