/** The vendor's own sample of an Ingress with SSL passthrough, unchanged. */
export const SAMPLE = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  annotations:
    ingress.citrix.com/frontend-ip: 192.0.2.10
    ingress.citrix.com/insecure-termination: redirect
    ingress.citrix.com/secure-backend: 'True'
    ingress.citrix.com/ssl-passthrough: 'True'
  name: hotdrinks-ingress
spec:
  ingressClassName: citrix
  rules:
  - host: hotdrinks.beverages.com
    http:
      paths:
      - backend:
          service:
            name: frontend-hotdrinks
            port:
              number: 443
        path: /
        pathType: Prefix
  tls:
  - secretName: beverages
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: citrix
spec:
  controller: citrix.com/ingress-controller
`;

/** Returns a Service whose port 443 leads to port 8443 of its pods, with the slice that lists them. */
export function service(name: string, addresses: readonly string[]): string {
  const endpoints = addresses.map((address) => `- addresses: ["${address}"]\n  conditions: {ready: true}\n`).join('');
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  ports:
  - {name: https, port: 443, targetPort: 8443}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: ${name}-1
  labels: {kubernetes.io/service-name: ${name}}
addressType: IPv4
ports:
- {name: https, port: 8443}
endpoints:${endpoints === '' ? ' []\n' : `\n${endpoints}`}`;
}

/** A second Ingress on the same address, with a wildcard host. */
export const WILDCARD = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  annotations:
    ingress.citrix.com/frontend-ip: 192.0.2.10
    ingress.citrix.com/ssl-passthrough: 'true'
  name: colddrinks-ingress
spec:
  ingressClassName: citrix
  rules:
  - host: '*.beverages.com'
    http:
      paths:
      - backend:
          service:
            name: frontend-colddrinks
            port:
              name: https
        path: /
        pathType: Prefix
  tls:
  - hosts: ['*.beverages.com']
`;
