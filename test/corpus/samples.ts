import { parse } from 'yaml';
import { at, type Case, route } from './case.ts';
import { CLASSES, CLUSTER, service, slice } from './cluster.ts';

const HOST = 'hotdrinks.beverages.com';
const HOTDRINKS = 'frontend-hotdrinks:443 10.9.0.1:8443';
const cluster = [
  ...CLASSES,
  service('frontend-hotdrinks'),
  slice('frontend-hotdrinks', 'hd-1', { endpoints: [{ addresses: ['10.9.0.1'] }], ports: [{ port: 8443 }] }),
];
const works = [route(HOST, HOTDRINKS), `${HOST} 192.0.2.10:80 > https`];

/** Returns the vendor's sample, with `annotations` and `spec` in YAML. */
const sample = (annotations: string, spec = `ingressClassName: citrix`, tls = `- secretName: beverages`): unknown =>
  parse(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: hotdrinks-ingress
  namespace: default
  annotations:
${annotations.trim().replace(/^ */gm, '    ')}
spec:
  ${spec}
  rules:
  - host: hotdrinks.beverages.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: frontend-hotdrinks
            port:
              number: 443
  tls:
  ${tls}
`);

const usual = (passthrough: string): string => `
  ingress.citrix.com/frontend-ip: 192.0.2.10
  ingress.citrix.com/insecure-termination: redirect
  ingress.citrix.com/secure-backend: 'True'
  ingress.citrix.com/ssl-passthrough: ${passthrough}`;

/** The vendor's samples as users copy them, correctly and incorrectly. */
export const SAMPLES: readonly Case[] = [
  { rule: 'SEL-1', name: 'the sample', ingress: sample(usual(`'True'`)), cluster, routes: works },
  ...[`"True"`, `'true'`, `"TRUE"`, `"\\x54rue"`, `!!str True`].map(
    (value): Case => ({
      rule: 'SEL-1',
      name: `quoted as ${JSON.stringify(value)}`,
      ingress: sample(usual(value)),
      cluster,
      routes: works,
    }),
  ),
  {
    rule: 'SEL-2',
    name: 'with the class as an annotation, as in older versions of the page',
    ingress: sample(`${usual(`"True"`)}\n  kubernetes.io/ingress.class: citrix`, 'defaultBackend: null'),
    cluster: cluster.filter(({ kind }) => kind !== 'IngressClass'),
    routes: works,
  },
  {
    rule: 'VAL-3',
    name: 'with the host listed in tls',
    ingress: sample(usual(`'True'`), undefined, `- hosts: [hotdrinks.beverages.com]\n    secretName: beverages`),
    cluster,
    routes: works,
  },
  {
    rule: 'VAL-3',
    name: 'with an empty secretName',
    ingress: sample(usual(`'True'`), undefined, `- secretName: ""`),
    cluster,
    routes: works,
  },
  {
    rule: 'VAL-9',
    name: 'invalid: with the placeholder for the address left in',
    ingress: sample(usual(`'True'`).replace('192.0.2.10', 'x.x.x.x')),
    cluster,
    findings: [`FrontendIPInvalid ${at('frontend-ip')}`],
  },
  {
    rule: 'VAL-9, VAL-13',
    name: 'invalid: with typographic quotes, as on the page about TCP',
    ingress: sample(`
      ingress.citrix.com/csvserver: ‘{“l2conn”:”on”}’
      ingress.citrix.com/frontend-ip: “192.168.1.1”
      ingress.citrix.com/insecure-port: “80”
      ingress.citrix.com/ssl-passthrough: "True"`),
    cluster,
    findings: [
      `FrontendIPInvalid ${at('frontend-ip')}`,
      `InvalidAnnotation ${at('csvserver')}`,
      `PortInvalid ${at('insecure-port')}`,
    ],
  },
  {
    rule: 'VAL-12',
    name: 'invalid: secure-backend as a mapping instead of text',
    ingress: sample(usual(`'True'`).replace(`'True'`, `{"frontend-hotdrinks":"True"}`)),
    cluster,
    routes: works,
  },
  {
    rule: 'VAL-13',
    name: 'invalid: a smart annotation for a Service of almost that name',
    ingress: sample(`${usual(`'True'`)}\n  ingress.citrix.com/monitor: '{"frontendhotdrinks":{"type":"tcp-ecv"}}'`),
    cluster,
    routes: works,
    findings: [`InvalidAnnotation ${at('monitor')}`],
  },
  {
    rule: 'VAL-7',
    name: 'the back end in the form of v1beta1',
    ingress: parse(`
apiVersion: extensions/v1beta1
kind: Ingress
metadata:
  name: hotdrinks-ingress
  namespace: default
  annotations:
    kubernetes.io/ingress.class: citrix
    ingress.citrix.com/frontend-ip: 192.0.2.10
    ingress.citrix.com/ssl-passthrough: "True"
spec:
  rules:
  - host: hotdrinks.beverages.com
    http:
      paths:
      - path:
        backend:
          serviceName: frontend-hotdrinks
          servicePort: 443
  tls:
  - secretName: beverages
`),
    cluster,
    routes: [route(HOST, 'closed:0')],
    findings: ['BackendRequired spec.rules[0].http.paths[0].backend'],
  },
  {
    rule: 'SEL-4',
    name: 'the vendor’s guestbook, which does not request passthrough',
    ingress: parse(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: guestbook-ingress, namespace: default, annotations: {} }
spec:
  ingressClassName: citrix
  rules:
  - host: www.guestbook.com
    http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: frontend, port: { number: 80 } } } }] }
`),
    cluster: CLUSTER,
    selected: false,
  },
];
