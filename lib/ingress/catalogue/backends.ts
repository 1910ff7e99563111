import type { CatalogueEntry } from './entry.ts';

/** Back ends of a host and their members (VAL-2, VAL-5, VAL-7, VAL-8, VAL-15, END-1, END-2). */
export const BACKEND_FINDINGS = {
  AmbiguousBackend: {
    severity: 'error',
    title: 'Several back ends for one host',
    rules: ['VAL-5'],
    why: 'TLS is passed through unopened, so the path of a request is unknown and a host has one back end. The paths of this host name several, and path / does not decide between them (paths of ACME challenges do not count). Connections to the host are reset; the host does not fall back to a wildcard.',
    remedy: 'Give path / exactly one back end, or send all paths of the host to the same Service and port.',
  },
  BackendRequired: {
    severity: 'error',
    title: 'Host without a back end',
    rules: ['VAL-7'],
    why: 'A rule sends its host to a Service, and this rule names none. Connections to the host are reset.',
    remedy: 'Add a path with a Service and port to the rule.',
  },
  ChallengeNotRedirected: {
    severity: 'warning',
    title: 'Challenges let through without a redirect',
    rules: ['VAL-19'],
    why: 'netscaler-passthrough/acme-challenge lets challenges pass the redirect on port 80, where a certificate authority asks for them. This Ingress has no redirect there: nothing of it listens on port 80, so the annotation has no effect.',
    remedy: 'Write insecure-termination: redirect, without insecure-port or with 80; otherwise remove the annotation.',
  },
  ChallengeUnanswered: {
    severity: 'warning',
    title: 'Unanswered ACME challenge',
    rules: ['VAL-5', 'VAL-11', 'VAL-19'],
    why: 'For an HTTP-01 challenge, a certificate authority requests a path below /.well-known/acme-challenge/ over plain HTTP on port 80. With passthrough, plain HTTP of the host is redirected or not answered, and TLS reaches the back end of the host. Challenge paths do not count in the choice of that back end, so the host keeps serving, but the certificate is not issued. With netscaler-passthrough/acme-challenge: "allow", a redirect lets the challenges of the Ingress through: each one that names a token exactly, of a host that is not a wildcard, to a Service with a member that TLS does not reach.',
    remedy:
      'Correct what the message names. Otherwise use DNS-01, or serve the token in the pod: the authority follows the redirect to https and reaches the back end.',
  },
  DefaultBackendIgnored: {
    severity: 'warning',
    title: 'Default back end ignored',
    rules: ['VAL-2'],
    why: 'Connections are matched by server name only, and a connection without a known server name is reset. A default back end would receive all of those.',
    remedy: 'Remove spec.defaultBackend, or add a rule with a host for it.',
  },
  DefaultBackendUnsupported: {
    severity: 'error',
    title: 'Only a default back end',
    rules: ['VAL-2'],
    why: 'Passthrough matches host names, and an Ingress with only a default back end has none.',
    remedy: 'Add a rule with a host.',
  },
  ExternalNameUnsupported: {
    severity: 'error',
    title: 'Unsupported Service type ExternalName',
    rules: ['VAL-7'],
    why: 'A Service of type ExternalName is a DNS alias: it has no endpoints whose addresses could be programmed. Connections to the host are reset.',
    remedy: 'Use a Service with endpoints: a selector, or EndpointSlices written by hand.',
  },
  MemberForbidden: {
    severity: 'warning',
    title: 'Member address not allowed',
    rules: ['VAL-15'],
    why: 'Members must lie in the networks that the operator has configured. Addresses of the appliance itself (loopback, link-local, multicast, the front end of the Ingress), of the metadata services of clouds, and IPv6 addresses that embed an IPv4 address are never allowed. The member is left out.',
    remedy: 'Correct the endpoint, or ask the operator to extend memberNetworks.',
  },
  MemberRefused: {
    severity: 'warning',
    title: 'Member rejected by the appliance',
    rules: ['END-1', 'END-2'],
    why: 'The appliance bound the other members of the service group and rejected these: another object may use the address, or a limit is reached. The other members serve the host.',
    remedy:
      'Look for the address on the appliance (show server, show service), and free it. The next audit retries it.',
  },
  CertificateExpires: {
    severity: 'warning',
    title: 'Certificate of a back end expires soon',
    rules: ['TLS-1'],
    why: 'The audit shook hands with the host through the VIP, and the certificate that the back end showed expires within 30, 14 or 3 days, or has expired. With passthrough, the back end holds its own certificate: neither the appliance nor this system can renew it.',
    remedy:
      'Renew the certificate in the Secret that the pods mount, and restart those that read it at their start only.',
  },
  MembersHeld: {
    severity: 'warning',
    title: 'Members kept despite an incomplete list',
    rules: ['END-1', 'LIF-6'],
    why: 'A list of Services, EndpointSlices or Nodes lacks many objects whose deletion was never reported, so the list is not trusted. The members stay as last seen until it is complete again.',
    remedy:
      'Check that the Services and their EndpointSlices exist. If they are really gone, confirm it: POST /snapshot?confirmed=true at the forwarder.',
  },
  NoEndpoints: {
    severity: 'warning',
    title: 'No ready endpoint',
    rules: ['VAL-8', 'END-1', 'END-2'],
    why: 'The Service has no ready endpoint. The host stays programmed and its connections are reset, so that it does not fall back to a wildcard.',
    remedy: 'Start the pods of the Service, or correct its selector. The Ingress needs no change.',
  },
  PathsIgnored: {
    severity: 'warning',
    title: 'Paths without effect',
    rules: ['VAL-5'],
    why: 'TLS is passed through unopened, so the path of a request is unknown. All requests for the host reach one back end.',
    remedy: 'Use only path /.',
  },
  ResourceBackendUnsupported: {
    severity: 'error',
    title: 'Back end that is not a Service',
    rules: ['VAL-7'],
    why: 'Only a Service has addresses to pass TLS to. Connections to the host are reset.',
    remedy: 'Name a Service and port as the back end.',
  },
  ServiceNotFound: {
    severity: 'error',
    title: 'Service not found',
    rules: ['VAL-7', 'VAL-8'],
    why: 'The Service does not exist in the namespace of the Ingress. Until it does, connections to the host are reset; the host does not fall back to a wildcard.',
    remedy: 'Create the Service (the Ingress then needs no change), or correct its name.',
  },
  ServicePortNotFound: {
    severity: 'error',
    title: 'Service port not found',
    rules: ['VAL-7', 'VAL-8'],
    why: 'The Service has no TCP port with that number or name. Until it has, connections to the host are reset.',
    remedy: 'Name a port of the Service, by number or by name.',
  },
} as const satisfies Record<string, CatalogueEntry>;
