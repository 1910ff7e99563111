import { HOST } from './world.ts';

interface Shape {
  readonly namespace?: string;
  readonly created?: string;
  /** Undefined leaves the field out. */
  readonly className?: string | undefined;
  readonly annotations?: readonly string[];
  readonly tls?: boolean;
  /** Further paths of the host, as YAML. */
  readonly paths?: readonly string[];
  readonly host?: string;
}

const ANNOTATION = "ingress.citrix.com/ssl-passthrough: 'true'";

/** An Ingress of the shop with its Service and EndpointSlice, as a cluster has it. */
export function shop({
  namespace = 'shop',
  created,
  annotations = [ANNOTATION],
  tls = true,
  paths = [],
  host = HOST,
  ...more
}: Shape = {}): string {
  const className = 'className' in more ? more.className : 'citrix';
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: ${namespace}
  creationTimestamp: '${created ?? '2026-05-01T08:00:00Z'}'
  annotations:
    ingress.citrix.com/frontend-ip: 192.0.2.10
${annotations.map((line) => `    ${line}\n`).join('')}spec:
${className === undefined ? '' : `  ingressClassName: ${className}\n`}${tls ? `  tls: [{ hosts: ['${host}'] }]\n` : ''}  rules:
  - host: '${host}'
    http:
      paths:
${paths.map((path) => `      - ${path}\n`).join('')}      - { path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 443 } } } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: ${namespace} }
spec:
  ports: [{ name: https, port: 443, targetPort: 8443 }]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-1, namespace: ${namespace}, labels: { kubernetes.io/service-name: web } }
addressType: IPv4
ports: [{ name: https, port: 8443, protocol: TCP }]
endpoints: [{ addresses: [10.1.0.1] }]
`;
}

/** A challenge of an authority, and what answers it, as cert-manager adds them. */
export const CHALLENGE_PATH =
  '{ path: /.well-known/acme-challenge/LoqXcYV8, pathType: ImplementationSpecific, backend: { service: { name: solver, port: { number: 8089 } } } }';
export const SOLVER = `apiVersion: v1
kind: Service
metadata: { name: solver, namespace: shop }
spec:
  ports: [{ name: http, port: 8089 }]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: solver-1, namespace: shop, labels: { kubernetes.io/service-name: solver } }
addressType: IPv4
ports: [{ name: http, port: 8089, protocol: TCP }]
endpoints: [{ addresses: [10.1.0.9] }]
`;

/** Annotations of an Ingress that requests passthrough, and others. */
export const annotated = (...others: readonly string[]): readonly string[] => [ANNOTATION, ...others];

const ingressClass = (name: string, controller: string, isDefault: boolean): string => `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: ${name}
  annotations: { ingressclass.kubernetes.io/is-default-class: '${isDefault}' }
spec:
  controller: ${controller}
`;

/** A TLSRoute of the shop with its Gateway and class, on the address of the Ingress. */
export const ROUTE = `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: netscaler-passthrough }
spec: { controllerName: netscaler-passthrough.io/gateway-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  gatewayClassName: netscaler-passthrough
  addresses: [{ value: 192.0.2.10 }]
  listeners: [{ name: tls, port: 443, protocol: TLS, tls: { mode: Passthrough } }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: { name: web, namespace: shop, creationTimestamp: '2026-06-01T08:00:00Z' }
spec:
  parentRefs: [{ name: edge }]
  hostnames: [${HOST}]
  rules: [{ backendRefs: [{ name: web, port: 443 }] }]
`;

/** The classes of the cluster: that of the system, and that of another controller, which is the default. */
export const CLASSES = [
  ingressClass('citrix', 'citrix.com/ingress-controller', false),
  ingressClass('nginx', 'k8s.io/ingress-nginx', true),
].join('---\n');
