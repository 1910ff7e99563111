/** What one kind of finding is: the text of its section in `docs/findings.md`. */
export interface CatalogueEntry {
  readonly severity: 'error' | 'warning';
  readonly title: string;
  /** Ids of the rules that it comes from: `docs/architecture.md` says where each is kept. */
  readonly rules: readonly string[];
  /** Why it is one. */
  readonly why: string;
  /** What to do next, where nothing more exact is known. */
  readonly remedy: string;
}

/** Every finding there is. A code never changes its meaning: users' alerts and scripts name it. */
export const CATALOGUE = {
  AccessUnrestricted: {
    severity: 'warning',
    title: 'Access restriction that has no effect',
    rules: ['VAL-13', 'VAL-14'],
    why: 'An annotation or attribute asks that only some clients may reach the host: a listen policy, client certificates, a list of addresses, a log-in. Nothing here looks at who a client is, so the host is open to everybody who reaches the front end.',
    remedy:
      'Check clients in the back end, which does the TLS handshake, or filter their addresses before the appliance; then remove what has no effect.',
  },
  AmbiguousBackend: {
    severity: 'error',
    title: 'Several back ends for one host, and none at path /',
    rules: ['VAL-5'],
    why: 'TLS is passed through unopened, so the path of a request is unknown and one host has one back end. Paths that disagree leave the choice open; those of ACME challenges take no part in it. The host is reset, and does not fall to a wildcard.',
    remedy: 'Give the path / the back end that is meant, or send all paths of the host to the same Service and port.',
  },
  AnnotationDeprecated: {
    severity: 'warning',
    title: 'Old spelling of an annotation',
    rules: ['VAL-14'],
    why: 'Early releases of the vendor’s controller wrote some annotations with underscores. They still work here.',
    remedy: 'Write the name with hyphens.',
  },
  AnnotationIgnored: {
    severity: 'warning',
    title: 'Annotation without effect under passthrough',
    rules: ['VAL-14'],
    why: 'The annotation acts on decrypted traffic, or on parts of the vendor’s controller that do not exist here. Nothing is decrypted, so it has no effect.',
    remedy: 'Remove the annotation, or do what it asks for in the back end.',
  },
  AnnotationMisplaced: {
    severity: 'warning',
    title: 'Annotation for another kind of resource',
    rules: ['VAL-14'],
    why: 'The vendor’s controller has other prefixes for annotations of Services and Routes. On an Ingress nothing reads them. Only nspass lint and nspass local say so.',
    remedy: 'Write the annotation with the prefix ingress.citrix.com/, or remove it.',
  },
  AnnotationUnknown: {
    severity: 'warning',
    title: 'Unknown annotation',
    rules: ['VAL-14'],
    why: 'The annotation has the vendor’s prefix, or this project’s, and a name that nothing here reads: mostly a typing error.',
    remedy: 'Correct the name or remove the annotation.',
  },
  AttributeUnsupported: {
    severity: 'warning',
    title: 'Attribute of the appliance that is not applied',
    rules: ['VAL-13'],
    why: 'Only attributes are applied that the appliance has for that object, that leave passthrough intact, and that the operator’s allow-list admits. The route is programmed without this one.',
    remedy: 'Remove the attribute, or ask the operator of the appliance to allow it.',
  },
  BackendRequired: {
    severity: 'error',
    title: 'Host without a back end',
    rules: ['VAL-7'],
    why: 'A rule sends its host to a Service; this one names none. The host is reset.',
    remedy: 'Add a path with a Service and port under the rule.',
  },
  ChallengeUnanswered: {
    severity: 'warning',
    title: 'ACME challenge that nobody answers',
    rules: ['VAL-5', 'VAL-11'],
    why: 'A certificate authority asks over plain HTTP on port 80, below /.well-known/acme-challenge/. Plain HTTP of a host that is passed through is answered with a redirect or not at all, and TLS reaches the back end of the host. A path of a challenge never takes part in the choice of that back end, so the host keeps serving; but the certificate is not issued.',
    remedy:
      'Have the certificate issued by DNS-01; or, with insecure-termination: redirect on port 80, serve the token in the pod: an authority follows the redirect to https, and reaches the back end there.',
  },
  ClassNotOurs: {
    severity: 'warning',
    title: 'Passthrough asked for with a class of another controller',
    rules: ['SEL-2'],
    why: 'The annotation asks for passthrough, but the class decides whose an Ingress is, and this one belongs to another controller. In a cluster nothing is said about it; only nspass lint and nspass local say so of files.',
    remedy:
      'Name a class whose IngressClass has the controller citrix.com/ingress-controller, or name the class with --class if it is such a one.',
  },
  DefaultBackendIgnored: {
    severity: 'warning',
    title: 'Default back end ignored beside host rules',
    rules: ['VAL-2'],
    why: 'Connections are matched by server name only, and those without a known one are reset. A default back end would take them all.',
    remedy: 'Remove spec.defaultBackend, or add a rule with a host for it.',
  },
  DefaultBackendUnsupported: {
    severity: 'error',
    title: 'Only a default back end',
    rules: ['VAL-2'],
    why: 'Passthrough needs a host name to match; an Ingress with nothing but a default back end has none.',
    remedy: 'Add a rule with a host.',
  },
  ExternalNameUnsupported: {
    severity: 'error',
    title: 'Service of type ExternalName',
    rules: ['VAL-7'],
    why: 'A Service of type ExternalName is a DNS alias: it has no endpoints whose addresses could be programmed. The host is reset.',
    remedy: 'Use a Service with endpoints: a selector, or EndpointSlices written by hand.',
  },
  FindingsOmitted: {
    severity: 'warning',
    title: 'More findings than one event can carry',
    rules: ['REP-2', 'REP-3'],
    why: 'Outcomes travel as events of limited size, so that only the first findings of an Ingress are listed, errors before warnings.',
    remedy: 'Correct what is listed, or run nspass lint on the manifest: it lists everything.',
  },
  FrontendIPForbidden: {
    severity: 'error',
    title: 'Front-end address not allowed',
    rules: ['VAL-9'],
    why: 'The operator of the appliance has named the ranges that front-end addresses must lie in, and the ipsets that may be used.',
    remedy: 'Use an address in the allowed ranges and a listed ipset, or ask the operator to extend them.',
  },
  FrontendIPInvalid: {
    severity: 'error',
    title: 'Invalid front-end address',
    rules: ['VAL-9'],
    why: 'The annotation frontend-ip holds one IPv4 or IPv6 address, without port or prefix length.',
    remedy: 'Write one address, such as 192.0.2.10 or 2001:db8::10.',
  },
  FrontendIPRequired: {
    severity: 'error',
    title: 'No front-end address',
    rules: ['VAL-9'],
    why: 'The Ingress names no front-end address, and the appliance has no default one.',
    remedy: 'Add the annotation ingress.citrix.com/frontend-ip, or have a default VIP configured for the appliance.',
  },
  FrontendInUse: {
    severity: 'error',
    title: 'Front-end address and port held by others',
    rules: ['CON-4'],
    why: 'A virtual server that this system did not make holds the address and port. Nothing foreign is changed. The route waits, and is programmed when the audit finds the address free: up to five minutes after it is.',
    remedy: 'Choose another front-end address or port, or remove the other virtual server.',
  },
  FrontendSettingConflict: {
    severity: 'warning',
    title: 'Ingresses disagree on a front-end setting',
    rules: ['CON-5'],
    why: 'Settings of the front end (csvserver attributes, ipset) exist once for all Ingresses that share it. The oldest Ingress decides.',
    remedy: 'Write the same settings in all Ingresses of the front end, or in the oldest alone.',
  },
  HostConflict: {
    severity: 'error',
    title: 'Host held by another Ingress',
    rules: ['CON-1', 'CON-2'],
    why: 'A host on one front end belongs to the oldest Ingress, then to the smaller namespace/name, then to the smaller cluster name. This Ingress takes over by itself when the holder gives the host up.',
    remedy: 'Remove the host from one of the two, or use another front-end address.',
  },
  HostForbidden: {
    severity: 'error',
    title: 'Host that this namespace may not use',
    rules: ['VAL-16'],
    why: 'The operator has given the domain to other namespaces.',
    remedy: 'Use a host of this namespace’s domains, or ask the operator to add the namespace.',
  },
  HostInvalid: {
    severity: 'error',
    title: 'Invalid host name',
    rules: ['VAL-4'],
    why: 'A host is a DNS name as of RFC 1123, at most 253 characters with labels of at most 63, or a wildcard whose whole first label is *. TLS has no server name for IP addresses.',
    remedy: 'Correct the host.',
  },
  HostRequired: {
    severity: 'error',
    title: 'Rule without a host',
    rules: ['VAL-1'],
    why: 'Passthrough matches the server name of the TLS handshake; a rule without host matches none.',
    remedy: 'Add a host to the rule.',
  },
  IngressTooLarge: {
    severity: 'error',
    title: 'Ingress too large for an event',
    rules: ['protocol rule 13'],
    why: 'An Ingress travels whole in one event, whose size the bus limits. It is never cut.',
    remedy: 'Split the Ingress into several with fewer hosts or back ends.',
  },
  InsecureAllowUnsupported: {
    severity: 'warning',
    title: 'Plain HTTP cannot be passed through',
    rules: ['VAL-11'],
    why: 'insecure-termination: allow would send plain HTTP to the back end, which speaks TLS. It counts as disallow: nothing listens.',
    remedy: 'Write redirect to answer plain HTTP with a redirect to https, or disallow.',
  },
  InvalidAnnotation: {
    severity: 'warning',
    title: 'Annotation with a value that cannot be read',
    rules: ['SEL-1', 'VAL-11', 'VAL-13'],
    why: 'The value is none that the annotation has. It counts as absent.',
    remedy: 'Correct the value.',
  },
  KindNotRead: {
    severity: 'warning',
    title: 'Resource that is not read, although somebody may count on it',
    rules: ['SEL-4', 'END-1'],
    why: 'Passthrough is asked for by Ingresses alone, and members come from EndpointSlices alone. Other kinds that do the same elsewhere are ignored.',
    remedy: 'Write an Ingress with the annotation ingress.citrix.com/ssl-passthrough, or an EndpointSlice.',
  },
  ManifestInvalid: {
    severity: 'error',
    title: 'Manifest that the API server would refuse',
    rules: ['VAL-1', 'VAL-7'],
    why: 'A field is missing, misspelt in its type, or of an old API version. What cannot be read counts as absent.',
    remedy: 'Correct the field.',
  },
  MemberForbidden: {
    severity: 'warning',
    title: 'Member address not allowed',
    rules: ['VAL-15'],
    why: 'Members must lie in the networks that the operator has configured, and can never be loopback, link-local, multicast or unspecified: such an address would reach the appliance itself. The member is left out.',
    remedy: 'Correct the endpoint, or ask the operator to extend memberNetworks.',
  },
  MembersHeld: {
    severity: 'warning',
    title: 'Members kept although a list lacks them',
    rules: ['END-1', 'LIF-6'],
    why: 'A list of Services, EndpointSlices or Nodes lacks so many objects that nobody said are deleted that the list is doubted: the members stay as they were last seen, until it is whole again.',
    remedy:
      'Look whether the Services and their EndpointSlices are there. If they are really gone, confirm it: POST /snapshot?confirmed=true at the forwarder.',
  },
  MemberRefused: {
    severity: 'warning',
    title: 'Member that the appliance did not take',
    rules: ['END-1', 'END-2'],
    why: 'The appliance bound the other members of the service group and refused these: an address may be in use there as something else, or a limit is reached. The host is served by the others.',
    remedy:
      'Look for the address on the appliance (show server, show service), and free it. The next audit has it tried again.',
  },
  MonitorPlain: {
    severity: 'warning',
    title: 'Monitor that speaks plain text to a TLS port',
    rules: ['VAL-13'],
    why: 'With passthrough the back end speaks TLS. A probe in plain HTTP gets no answer that counts there, so the appliance takes all members for down and resets the host.',
    remedy: 'Add "secure": "YES" to the monitor, or write "type": "TCP".',
  },
  NoEndpoints: {
    severity: 'warning',
    title: 'No ready endpoint',
    rules: ['VAL-8', 'END-1', 'END-2'],
    why: 'The Service has no endpoint that is ready. The host stays programmed and its connections are reset: it must not fall to the back end of a wildcard.',
    remedy: 'Start the pods of the Service, or correct its selector. Nothing needs to be done to the Ingress.',
  },
  ObjectTakenOver: {
    severity: 'warning',
    title: 'Object that lost our mark',
    rules: ['LIF-5'],
    why: 'An object that this system made for the Ingress does not carry our mark in its comment any more: somebody took it over. It is neither changed nor removed.',
    remedy:
      'If nobody meant that, give the object its comment back, or remove it: it is made again. If somebody uses it, he should give it another name.',
  },
  PassthroughNotRequested: {
    severity: 'warning',
    title: 'Annotation that nearly asks for passthrough',
    rules: ['SEL-1', 'SEL-4'],
    why: 'Only ingress.citrix.com/ssl-passthrough switches passthrough on. Another spelling, or the annotation of another controller, does not, and the Ingress is skipped. In a cluster nothing is said about it; only nspass lint and nspass local say so.',
    remedy: 'Write ingress.citrix.com/ssl-passthrough: "true", if TLS of its hosts is to be passed through.',
  },
  PathsIgnored: {
    severity: 'warning',
    title: 'Paths have no effect',
    rules: ['VAL-5'],
    why: 'TLS is passed through unopened, so the path of a request is unknown. All requests for the host reach one back end.',
    remedy: 'Use the path / alone.',
  },
  PortInvalid: {
    severity: 'error',
    title: 'Invalid port',
    rules: ['VAL-10'],
    why: 'secure-port and insecure-port are numbers from 1 to 65535, and differ.',
    remedy: 'Write a port number from 1 to 65535.',
  },
  RedirectUnavailable: {
    severity: 'warning',
    title: 'Redirect port held by others',
    rules: ['VAL-11'],
    why: 'A virtual server that this system did not make holds the port for plain HTTP, so no redirect can be answered there. TLS is programmed all the same. Once the port is free, the redirect comes with the next scheduled snapshot, within 15 minutes by default, or with a change of the Ingress.',
    remedy: 'Choose another insecure-port, or remove the other virtual server.',
  },
  ResourceBackendUnsupported: {
    severity: 'error',
    title: 'Back end that is not a Service',
    rules: ['VAL-7'],
    why: 'Only a Service has addresses to pass TLS to. The host is reset.',
    remedy: 'Name a Service and port as the back end.',
  },
  SecureBackendIgnored: {
    severity: 'warning',
    title: 'secure-backend: False contradicts passthrough',
    rules: ['VAL-12'],
    why: 'With passthrough the client’s TLS reaches the back end as it is: the back end must speak TLS. The annotation has no effect in either of its forms.',
    remedy: 'Remove the annotation, and see that the back end speaks TLS.',
  },
  ServiceNotFound: {
    severity: 'error',
    title: 'No such Service',
    rules: ['VAL-7', 'VAL-8'],
    why: 'The Service does not exist in the namespace of the Ingress. The host is reset until it does; it does not fall to the back end of a wildcard.',
    remedy: 'Create the Service, or correct its name. Nothing more needs to be done to the Ingress then.',
  },
  ServicePortNotFound: {
    severity: 'error',
    title: 'No such port of the Service',
    rules: ['VAL-7', 'VAL-8'],
    why: 'The Service has no TCP port of that number or name. The host is reset until it has.',
    remedy: 'Name a port of the Service, by number or by name.',
  },
  TLSNotEnabled: {
    severity: 'error',
    title: 'TLS not enabled for the host',
    rules: ['VAL-3'],
    why: 'Only hosts of spec.tls are passed through: those that an entry lists (a wildcard covers one label), or all where an entry has no hosts. The Secret is never read and need not exist.',
    remedy: 'Add the host to an entry of spec.tls, or an entry without hosts.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type FindingCode = keyof typeof CATALOGUE;

/** All codes, sorted. */
export const FINDING_CODES = Object.keys(CATALOGUE).sort() as FindingCode[];
