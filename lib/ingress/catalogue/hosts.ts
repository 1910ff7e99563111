import type { CatalogueEntry } from './entry.ts';

/** Hosts: their names, TLS, and who may use them (VAL-1, VAL-3, VAL-4, VAL-16, CON-1, CON-2). */
export const HOST_FINDINGS = {
  HostConflict: {
    severity: 'error',
    title: 'Host held by another Ingress',
    rules: ['CON-1', 'CON-2'],
    why: 'On one front end, a host belongs to the oldest Ingress, then to the smaller namespace/name, then to the smaller cluster name. This Ingress takes over automatically when the holder gives the host up.',
    remedy: 'Remove the host from one of the two objects, or use another front-end address.',
  },
  HostForbidden: {
    severity: 'error',
    title: 'Host not allowed in this namespace',
    rules: ['VAL-16'],
    why: 'The operator has reserved the domain for other namespaces.',
    remedy: 'Use a host of this namespace’s domains, or ask the operator to add the namespace.',
  },
  HostInvalid: {
    severity: 'error',
    title: 'Invalid host name',
    rules: ['VAL-4'],
    why: 'A host is a DNS name (RFC 1123) of at most 253 characters with labels of at most 63, or a wildcard whose whole first label is *. TLS has no server name for IP addresses.',
    remedy: 'Write a DNS name, such as shop.example.com or *.example.com.',
  },
  HostRequired: {
    severity: 'error',
    title: 'Rule without a host',
    rules: ['VAL-1'],
    why: 'Passthrough matches the server name of the TLS handshake. A rule without a host matches none.',
    remedy: 'Add a host to the rule.',
  },
  TLSNotEnabled: {
    severity: 'error',
    title: 'TLS not enabled for the host',
    rules: ['VAL-3'],
    why: 'Only hosts of spec.tls are passed through: those that an entry lists (a wildcard covers one label), or all if an entry has no hosts. The Secret is never read and need not exist.',
    remedy: 'Add the host to an entry of spec.tls, or an entry without hosts.',
  },
} as const satisfies Record<string, CatalogueEntry>;
