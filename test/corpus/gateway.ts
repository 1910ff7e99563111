import {
  EDGE,
  type GatewayCase,
  GOOD,
  gateway,
  gatewayClass,
  grant,
  listener,
  namespace,
  service,
  tlsRoute,
  yaml,
} from './gateway-case.ts';

const ATTACHED = 'TLSRoute shop/web > edge: Accepted ResolvedRefs';
const LISTENERS_INVALID = 'Gateway shop/edge [192.0.2.10]: Accepted:ListenersNotValid Programmed';
const REJECTED = 'Gateway shop/edge [192.0.2.10]: !Accepted:ListenersNotValid !Programmed:Invalid';
/** A listener that is not accepted for a reason. */
const bad = (reason: string): string => `!Accepted:${reason} !Conflicted:NoConflicts ResolvedRefs !Programmed:Invalid`;
const conflicted = (reason: string): string =>
  `!Accepted:${reason} Conflicted:${reason} ResolvedRefs !Programmed:Invalid`;
const oneRoute = `  tls (TLSRoute) 1: ${GOOD}`;
const noRoute = `  tls (TLSRoute) 0: ${GOOD}`;
const refused = (reason: string): string => `TLSRoute shop/web > edge: !Accepted:${reason} ResolvedRefs`;
const unresolved = (reason: string): string => `TLSRoute shop/web > edge: Accepted !ResolvedRefs:${reason}`;

/** The situations of the official tests of TLSRoute (sigs.k8s.io/gateway-api/conformance v1.6.3), in objects of our own. */
const OFFICIAL_ROUTES: readonly GatewayCase[] = [
  {
    rule: 'GW-8 GW-13',
    name: 'TLSRouteSimpleSameNamespace: a route in the namespace of its Gateway → accepted',
    objects: [gateway([listener()]), tlsRoute()],
    status: [EDGE, oneRoute, ATTACHED],
  },
  ...(
    [
      ['an exact listener and a wildcard of the route', 'abc.example.com', ['*.example.com']],
      ['a wildcard listener and an exact name', '*.example.com', ['abc.example.com']],
      ['a wildcard listener and a shorter wildcard of the route', '*.example.com', ['*.com']],
      ['a short wildcard of the listener and a name two labels deeper', '*.com', ['abc.example.com']],
      ['a short wildcard of the listener and a longer wildcard of the route', '*.com', ['*.example.com']],
      ['a listener without a hostname', undefined, ['abc.example.com', '*.example.com']],
    ] as const
  ).map(
    ([name, hostname, hostnames]): GatewayCase => ({
      rule: 'GW-10',
      name: `TLSRouteHostnameIntersection: ${name} → accepted`,
      objects: [gateway([listener(hostname === undefined ? {} : { hostname })]), tlsRoute({ hostnames })],
      status: [EDGE, oneRoute, ATTACHED],
    }),
  ),
  ...(
    [
      ['an exact listener', 'www.example.com', ['www.nomatch.com', '*.nomatch.com']],
      ['a wildcard listener', '*.example.com', ['www.different.com', '*.different.com']],
      ['a wildcard listener and its bare domain', '*.example.com', ['example.com']],
    ] as const
  ).map(
    ([name, hostname, hostnames]): GatewayCase => ({
      rule: 'GW-10',
      name: `TLSRouteInvalidNoMatchingListenerHostname: ${name} and other names → NoMatchingListenerHostname, and no route counted`,
      objects: [gateway([listener({ hostname })]), tlsRoute({ hostnames })],
      status: [EDGE, noRoute, refused('NoMatchingListenerHostname')],
    }),
  ),
  {
    rule: 'GW-8',
    name: 'TLSRouteInvalidNoMatchingListener: a listener for HTTP → NotAllowedByListeners',
    objects: [gateway([{ name: 'http', port: 80, protocol: 'HTTP' }]), tlsRoute()],
    status: [EDGE, `  http (HTTPRoute) 0: ${GOOD}`, refused('NotAllowedByListeners')],
  },
  {
    rule: 'GW-8',
    name: 'TLSRouteInvalidNoMatchingListener: a listener for HTTPS → NotAllowedByListeners',
    objects: [gateway([{ name: 'https', port: 443, protocol: 'HTTPS', tls: { mode: 'Terminate' } }]), tlsRoute()],
    status: [REJECTED, `  https () 0: ${bad('UnsupportedProtocol')}`, refused('NotAllowedByListeners')],
  },
  {
    rule: 'GW-8',
    name: 'TLSRouteInvalidNoMatchingListener: no listener of that name → NoMatchingParent',
    objects: [gateway([listener()]), tlsRoute({ parentRefs: [{ name: 'edge', sectionName: 'other' }] })],
    status: [EDGE, noRoute, 'TLSRoute shop/web > edge/other: !Accepted:NoMatchingParent ResolvedRefs'],
  },
  {
    rule: 'GW-11',
    name: 'TLSRouteInvalidBackendRefNonexistent: a Service that does not exist → BackendNotFound; the route is accepted',
    objects: [gateway([listener()]), tlsRoute({ rules: [{ backendRefs: [{ name: 'missing', port: 443 }] }] })],
    status: [EDGE, oneRoute, unresolved('BackendNotFound')],
  },
  {
    rule: 'GW-11',
    name: 'TLSRouteInvalidBackendRefUnknownKind: a back end of another kind → InvalidKind; the route is accepted',
    objects: [
      gateway([listener()]),
      tlsRoute({ rules: [{ backendRefs: [{ group: 'example.com', kind: 'Bucket', name: 'web', port: 443 }] }] }),
    ],
    status: [EDGE, oneRoute, unresolved('InvalidKind')],
  },
  {
    rule: 'GW-5',
    name: 'TLSRouteListenerPassthroughSupportedKinds: TCPRoute beside TLSRoute → InvalidRouteKinds; TLSRoute is supported',
    objects: [gateway([listener({ allowedRoutes: { kinds: [{ kind: 'TCPRoute' }, { kind: 'TLSRoute' }] } })])],
    status: [EDGE, '  tls (TLSRoute) 0: Accepted !Conflicted:NoConflicts !ResolvedRefs:InvalidRouteKinds Programmed'],
  },
  {
    rule: 'GW-2',
    name: 'TLSRouteListenerTerminateNotSupported: mode Terminate → UnsupportedValue',
    objects: [gateway([listener({ tls: { mode: 'Terminate', certificateRefs: [{ name: 'cert' }] } })])],
    status: [REJECTED, `  tls () 0: ${bad('UnsupportedValue')}`],
  },
];

const BACKEND = { namespace: 'back', name: 'web', port: 443 };
const FROM = { group: 'gateway.networking.k8s.io', kind: 'TLSRoute', namespace: 'shop' };
const TO = { group: '', kind: 'Service', name: 'web' };

/** TLSRouteInvalidReferenceGrant, one wrong field after the other, and the grants that permit. */
const GRANTS: readonly GatewayCase[] = (
  [
    ['no grant', [], false],
    ['the grant is in the namespace of the route', [grant('shop', FROM, TO)], false],
    ['another group in from', [grant('back', { ...FROM, group: 'example.com' }, TO)], false],
    ['another kind in from', [grant('back', { ...FROM, kind: 'Gateway' }, TO)], false],
    ['another namespace in from', [grant('back', { ...FROM, namespace: 'other' }, TO)], false],
    ['another group in to', [grant('back', FROM, { ...TO, group: 'example.com' })], false],
    ['another kind in to', [grant('back', FROM, { ...TO, kind: 'Secret' })], false],
    ['another name in to', [grant('back', FROM, { ...TO, name: 'other' })], false],
    ['a name that cannot be read in to', [grant('back', FROM, { ...TO, name: [1] })], false],
    ['this Service in to', [grant('back', FROM, TO)], true],
    ['all Services in to', [grant('back', FROM, { group: '', kind: 'Service' })], true],
  ] as const
).map(
  ([name, grants, permitted]): GatewayCase => ({
    rule: 'GW-11',
    name: `TLSRouteInvalidReferenceGrant: ${name} → ${permitted ? 'permitted' : 'RefNotPermitted'}`,
    objects: [
      gateway([listener()]),
      service('back', 'web'),
      ...grants,
      tlsRoute({ rules: [{ backendRefs: [BACKEND] }] }),
    ],
    status: [EDGE, oneRoute, permitted ? ATTACHED : unresolved('RefNotPermitted')],
  }),
);

const HTTP = { name: 'http', port: 80, protocol: 'HTTP' };
const HTTPS = (refs: unknown): object => ({
  name: 'https',
  port: 443,
  protocol: 'HTTPS',
  tls: { certificateRefs: refs },
});
const CERTIFICATE_FROM = { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'shop' };

/** The situations of the official tests of Gateways and GatewayClasses that the profile GATEWAY-TLS runs. */
const OFFICIAL_GATEWAYS: readonly GatewayCase[] = [
  {
    rule: 'GW-5',
    name: 'GatewayInvalidRouteKind: only an unknown kind → InvalidRouteKinds, and no kind is supported',
    objects: [gateway([{ ...HTTP, allowedRoutes: { kinds: [{ kind: 'InvalidRoute' }] } }])],
    status: [EDGE, '  http () 0: Accepted !Conflicted:NoConflicts !ResolvedRefs:InvalidRouteKinds !Programmed:Invalid'],
  },
  {
    rule: 'GW-5',
    name: 'GatewayInvalidRouteKind: an unknown kind beside HTTPRoute → InvalidRouteKinds, and HTTPRoute is supported',
    objects: [gateway([{ ...HTTP, allowedRoutes: { kinds: [{ kind: 'InvalidRoute' }, { kind: 'HTTPRoute' }] } }])],
    status: [EDGE, '  http (HTTPRoute) 0: Accepted !Conflicted:NoConflicts !ResolvedRefs:InvalidRouteKinds Programmed'],
  },
  {
    rule: 'GW-2 GW-7',
    name: 'GatewayInvalidListenersUnsupportedProtocol: only an unknown protocol → the Gateway is not accepted',
    objects: [gateway([{ name: 'invalid', port: 1111, protocol: 'INVALID' }])],
    status: [REJECTED, `  invalid () 0: ${bad('UnsupportedProtocol')}`],
  },
  {
    rule: 'GW-2 GW-7',
    name: 'GatewayInvalidListenersUnsupportedProtocol: one of two protocols is unknown → accepted with ListenersNotValid',
    objects: [gateway([HTTP, { name: 'invalid', port: 1111, protocol: 'INVALID' }])],
    status: [LISTENERS_INVALID, `  http (HTTPRoute) 0: ${GOOD}`, `  invalid () 0: ${bad('UnsupportedProtocol')}`],
  },
  {
    rule: 'GW-6',
    name: 'GatewayStaticAddresses: an address of an unknown type → UnsupportedAddress',
    objects: [gateway([HTTP], { addresses: [{ type: 'example.com/pool', value: 'blue' }, { value: '192.0.2.7' }] })],
    status: [
      'Gateway shop/edge [192.0.2.7]: !Accepted:UnsupportedAddress !Programmed:Invalid',
      '  http (HTTPRoute) 0: Accepted !Conflicted:NoConflicts ResolvedRefs !Programmed:Invalid',
    ],
  },
  {
    rule: 'GW-6 GW-13',
    name: 'GatewayStaticAddresses: an address that the appliance refuses → accepted, AddressNotUsable',
    objects: [gateway([HTTP], { addresses: [{ value: '192.0.2.7' }] })],
    appliance: { refuses: '192.0.2.7 belongs to another virtual server' },
    status: ['Gateway shop/edge []: Accepted !Programmed:AddressNotUsable', `  http (HTTPRoute) 0: ${GOOD}`],
  },
  {
    rule: 'GW-6 GW-13',
    name: 'GatewayStaticAddresses: a usable address → programmed on it alone',
    objects: [gateway([HTTP], { addresses: [{ value: '192.0.2.7' }] })],
    status: ['Gateway shop/edge [192.0.2.7]: Accepted Programmed', `  http (HTTPRoute) 0: ${GOOD}`],
  },
  {
    rule: 'GW-6',
    name: 'GatewayOptionalAddressValue: an IPAddress without a value → any address',
    objects: [gateway([HTTP], { addresses: [{ type: 'IPAddress' }] })],
    status: [EDGE, `  http (HTTPRoute) 0: ${GOOD}`],
  },
  ...(
    [
      ['a Secret that does not exist', [{ name: 'nowhere' }], 'InvalidCertificateRef'],
      ['another group', [{ group: 'example.com', kind: 'Secret', name: 'good' }], 'InvalidCertificateRef'],
      ['another kind', [{ kind: 'ConfigMap', name: 'good' }], 'InvalidCertificateRef'],
      ['a malformed Secret', [{ name: 'broken' }], 'InvalidCertificateRef'],
      ['no Secret at all', [], 'InvalidCertificateRef'],
      ['a Secret of another namespace without a grant', [{ namespace: 'certs', name: 'good' }], 'RefNotPermitted'],
      [
        'a Secret of another namespace whose grant names another',
        [{ namespace: 'named', name: 'good' }],
        'RefNotPermitted',
      ],
    ] as const
  ).map(
    ([name, refs, reason]): GatewayCase => ({
      rule: 'GW-15',
      name: `GatewayInvalidTLSConfiguration, GatewaySecret…: ${name} → ${reason}`,
      objects: [gateway([HTTPS(refs)]), grant('named', CERTIFICATE_FROM, { group: '', kind: 'Secret', name: 'other' })],
      settings: { https: true },
      certificates: { 'shop/good': 'usable', 'shop/broken': 'malformed', 'named/good': 'usable' },
      status: [
        EDGE,
        `  https (HTTPRoute) 0: Accepted !Conflicted:NoConflicts !ResolvedRefs:${reason} !Programmed:Invalid`,
      ],
    }),
  ),
  ...(
    [
      ['all Secrets', { group: '', kind: 'Secret' }],
      ['this Secret', { group: '', kind: 'Secret', name: 'good' }],
    ] as const
  ).map(
    ([name, to]): GatewayCase => ({
      rule: 'GW-15',
      name: `GatewaySecretReferenceGrant…: a grant for ${name} → programmed`,
      objects: [gateway([HTTPS([{ namespace: 'certs', name: 'good' }])]), grant('certs', CERTIFICATE_FROM, to)],
      settings: { https: true },
      certificates: { 'certs/good': 'usable' },
      status: [EDGE, `  https (HTTPRoute) 0: ${GOOD}`],
    }),
  ),
  {
    rule: 'GW-15',
    name: 'a Secret that is not read → programmed, because no listener uses a certificate',
    objects: [gateway([HTTPS([{ name: 'unread' }])])],
    settings: { https: true },
    certificates: { 'shop/unread': 'unread' },
    status: [EDGE, `  https (HTTPRoute) 0: ${GOOD}`],
  },
];

const CLASSES: readonly GatewayCase[] = [
  {
    rule: 'GW-1',
    name: 'a class of ours → accepted, in a known version; classes of other controllers have no status',
    objects: [gatewayClass('edge'), gatewayClass('other', { controllerName: 'example.com/controller' })],
    status: ['GatewayClass edge: Accepted SupportedVersion'],
  },
  {
    rule: 'GW-1',
    name: 'another name of the controller is configured → only its classes are ours',
    objects: [gatewayClass('edge'), gatewayClass('mine', { controllerName: 'example.com/controller' })],
    settings: { controller: 'example.com/controller' },
    status: ['GatewayClass mine: Accepted SupportedVersion'],
  },
  {
    rule: 'GW-1 GW-7',
    name: 'a class with parameters → InvalidParameters, and its Gateways are not reconciled',
    objects: [
      gatewayClass('edge', { parametersRef: { group: '', kind: 'ConfigMap', name: 'x', namespace: 'y' } }),
      gateway([listener()], { gatewayClassName: 'edge' }),
    ],
    status: [
      'GatewayClass edge: !Accepted:InvalidParameters SupportedVersion',
      'Gateway shop/edge [192.0.2.10]: !Accepted:NotReconciled !Programmed:Invalid',
      '  tls (TLSRoute) 0: Accepted !Conflicted:NoConflicts ResolvedRefs !Programmed:Invalid',
    ],
  },
  {
    rule: 'GW-1',
    name: 'parameters that cannot be read → InvalidParameters, too',
    objects: [gatewayClass('edge', { parametersRef: 'x' })],
    status: ['GatewayClass edge: !Accepted:InvalidParameters SupportedVersion'],
  },
  {
    rule: 'GW-1',
    name: 'a Gateway of another class, or of none → nothing',
    objects: [
      gatewayClass('other', { controllerName: 'example.com/controller' }),
      gateway([listener()], { gatewayClassName: 'other' }),
      gateway([listener()], { gatewayClassName: 'missing' }, { name: 'second' }),
      gateway([listener()], { gatewayClassName: undefined }, { name: 'third' }),
      tlsRoute(),
    ],
    status: [],
  },
];

const GATEWAYS: readonly GatewayCase[] = [
  {
    rule: 'GW-7',
    name: 'a Gateway with parameters → InvalidParameters',
    objects: [gateway([listener()], { infrastructure: { parametersRef: { kind: 'ConfigMap', name: 'x' } } })],
    status: [
      'Gateway shop/edge [192.0.2.10]: !Accepted:InvalidParameters !Programmed:Invalid',
      '  tls (TLSRoute) 0: Accepted !Conflicted:NoConflicts ResolvedRefs !Programmed:Invalid',
    ],
  },
  {
    rule: 'GW-7',
    name: 'a Gateway without listeners → not accepted',
    objects: [gateway([])],
    status: [REJECTED],
  },
  {
    rule: 'GW-13',
    name: 'before the first answer of the appliance → pending',
    objects: [gateway([listener()])],
    appliance: 'silent',
    status: [
      'Gateway shop/edge []: Accepted !Programmed:Pending',
      '  tls (TLSRoute) 0: Accepted !Conflicted:NoConflicts ResolvedRefs !Programmed:Pending',
    ],
  },
  {
    rule: 'GW-6',
    name: 'addresses in another form, twice, and without a value → each once, in canonical form',
    objects: [
      gateway([listener()], {
        addresses: [{ value: '2001:DB8::0:1' }, { value: '2001:db8::1' }, { type: 'IPAddress', value: '' }],
      }),
    ],
    status: ['Gateway shop/edge [2001:db8::1]: Accepted Programmed', noRoute],
  },
  ...['x.example.com', '127.0.0.1', '192.0.2.300', '224.0.0.1'].map(
    (value): GatewayCase => ({
      rule: 'GW-6',
      name: `the address ${value} → AddressNotUsable`,
      objects: [gateway([listener()], { addresses: [{ value }] })],
      status: ['Gateway shop/edge [192.0.2.10]: Accepted !Programmed:AddressNotUsable', noRoute],
    }),
  ),
  ...(
    [
      ['TCP', { protocol: 'TCP', tls: undefined }, 'UnsupportedProtocol'],
      ['UDP', { protocol: 'UDP', tls: undefined }, 'UnsupportedProtocol'],
      ['a protocol in small letters', { protocol: 'tls' }, 'UnsupportedProtocol'],
      ['no protocol', { protocol: undefined }, 'UnsupportedProtocol'],
      ['HTTPS', { protocol: 'HTTPS', tls: undefined }, 'UnsupportedProtocol'],
      ['TLS without a mode, which means Terminate', { tls: {} }, 'UnsupportedValue'],
      ['TLS without tls', { tls: undefined }, 'UnsupportedValue'],
      ['a mode that cannot be read', { tls: { mode: { a: 1 } } }, 'UnsupportedValue'],
    ] as const
  ).map(
    ([name, changes, reason]): GatewayCase => ({
      rule: 'GW-2',
      name: `${name} → ${reason}`,
      objects: [gateway([listener(changes)])],
      status: [REJECTED, `  tls () 0: ${bad(reason)}`],
    }),
  ),
  {
    rule: 'GW-2',
    name: 'HTTPS that passes through → UnsupportedValue, also where HTTPS is accepted',
    objects: [gateway([listener({ protocol: 'HTTPS' })])],
    settings: { https: true },
    status: [REJECTED, `  tls () 0: ${bad('UnsupportedValue')}`],
  },
  ...(
    [
      ['an invalid hostname', { hostname: 'a_b.example.com' }, 'UnsupportedValue'],
      ['an IP address as hostname', { hostname: '192.0.2.1' }, 'UnsupportedValue'],
      ['an empty hostname', { hostname: '' }, 'UnsupportedValue'],
      ['a hostname that cannot be read, which must not mean all', { hostname: ['a'] }, 'UnsupportedValue'],
      ['* alone', { hostname: '*' }, 'UnsupportedValue'],
      ['port 0', { port: 0 }, 'PortUnavailable'],
      ['port 65536', { port: 65_536 }, 'PortUnavailable'],
      ['no port', { port: undefined }, 'PortUnavailable'],
    ] as const
  ).map(
    ([name, changes, reason]): GatewayCase => ({
      rule: 'GW-3',
      name: `${name} → ${reason}`,
      objects: [gateway([listener(changes), listener({ name: 'good', port: 8443 })])],
      status: [LISTENERS_INVALID, `  tls (TLSRoute) 0: ${bad(reason)}`, `  good (TLSRoute) 0: ${GOOD}`],
    }),
  ),
  {
    rule: 'GW-3',
    name: 'a name twice → only the first listener is accepted, and has a status',
    objects: [gateway([listener(), listener({ port: 8443 })])],
    status: [LISTENERS_INVALID, noRoute],
  },
  {
    rule: 'GW-4',
    name: 'the same hostname twice on a port → HostnameConflict for both, and not for the third',
    objects: [
      gateway([
        listener({ name: 'a', hostname: 'a.example.com' }),
        listener({ name: 'b', hostname: 'A.example.com' }),
        listener({ name: 'c', hostname: '*.example.com' }),
      ]),
    ],
    status: [
      LISTENERS_INVALID,
      `  a (TLSRoute) 0: ${conflicted('HostnameConflict')}`,
      `  b (TLSRoute) 0: ${conflicted('HostnameConflict')}`,
      `  c (TLSRoute) 0: ${GOOD}`,
    ],
  },
  {
    rule: 'GW-4',
    name: 'twice no hostname on a port → HostnameConflict; the same on two ports → none',
    objects: [gateway([listener({ name: 'a' }), listener({ name: 'b' }), listener({ name: 'c', port: 8443 })])],
    status: [
      LISTENERS_INVALID,
      `  a (TLSRoute) 0: ${conflicted('HostnameConflict')}`,
      `  b (TLSRoute) 0: ${conflicted('HostnameConflict')}`,
      `  c (TLSRoute) 0: ${GOOD}`,
    ],
  },
  {
    rule: 'GW-4',
    name: 'TLS and HTTP on a port → ProtocolConflict for all on it',
    objects: [gateway([listener({ hostname: 'a.example.com' }), { name: 'http', port: 443, protocol: 'HTTP' }])],
    status: [
      REJECTED,
      `  tls (TLSRoute) 0: ${conflicted('ProtocolConflict')}`,
      `  http (HTTPRoute) 0: ${conflicted('ProtocolConflict')}`,
    ],
  },
  {
    rule: 'GW-4',
    name: 'a listener that is not accepted does not take part in conflicts: Terminate beside Passthrough',
    objects: [
      gateway([
        listener({ hostname: 'a.example.com' }),
        listener({ name: 'terminate', hostname: 'a.example.com', tls: { mode: 'Terminate' } }),
      ]),
    ],
    status: [LISTENERS_INVALID, noRoute, `  terminate () 0: ${bad('UnsupportedValue')}`],
  },
  {
    rule: 'GW-3',
    name: 'the 65th listener → TooManyListeners',
    objects: [gateway(Array.from({ length: 65 }, (_, i) => listener({ name: `l${i}`, port: 1000 + i })))],
    status: [
      LISTENERS_INVALID,
      ...Array.from({ length: 64 }, (_, i) => `  l${i} (TLSRoute) 0: ${GOOD}`),
      `  l64 (TLSRoute) 0: ${bad('TooManyListeners')}`,
    ],
  },
  {
    rule: 'GW-5',
    name: 'TLSRoute of another group, or a kind that cannot be read → no kind is supported',
    objects: [
      gateway([
        listener({
          name: 'a',
          hostname: 'a.example.com',
          allowedRoutes: { kinds: [{ group: 'example.com', kind: 'TLSRoute' }] },
        }),
        listener({ name: 'b', hostname: 'b.example.com', allowedRoutes: { kinds: ['TLSRoute'] } }),
      ]),
    ],
    status: [
      EDGE,
      '  a () 0: Accepted !Conflicted:NoConflicts !ResolvedRefs:InvalidRouteKinds !Programmed:Invalid',
      '  b () 0: Accepted !Conflicted:NoConflicts !ResolvedRefs:InvalidRouteKinds !Programmed:Invalid',
    ],
  },
];

const OTHER = { namespace: 'team' };
const PARENT = { parentRefs: [{ namespace: 'shop', name: 'edge' }] };
const OTHER_BACKEND = { rules: [{ backendRefs: [{ name: 'web', port: 443 }] }] };
const TEAM = 'TLSRoute team/web > edge: Accepted ResolvedRefs';

const NAMESPACES: readonly GatewayCase[] = (
  [
    ['no word about namespaces', undefined, {}, false],
    ['Same', { from: 'Same' }, {}, false],
    ['All', { from: 'All' }, {}, true],
    ['None, which this version does not know', { from: 'None' }, {}, false],
    ['an unknown word beside a selector that matches', { from: 'None', selector: {} }, {}, false],
    ['a word that cannot be read', { from: ['All'] }, {}, false],
    ['a selector with the label', { from: 'Selector', selector: { matchLabels: { tier: 'a' } } }, { tier: 'a' }, true],
    [
      'a selector with another value',
      { from: 'Selector', selector: { matchLabels: { tier: 'b' } } },
      { tier: 'a' },
      false,
    ],
    [
      'a selector with the label of every Namespace',
      { from: 'Selector', selector: { matchLabels: { 'kubernetes.io/metadata.name': 'team' } } },
      {},
      true,
    ],
    ['an empty selector, which matches all', { from: 'Selector', selector: {} }, {}, true],
    ['no selector', { from: 'Selector' }, {}, false],
    [
      'a selector that cannot be read',
      { from: 'Selector', selector: { matchLabels: { tier: ['a'] } } },
      { tier: 'a' },
      false,
    ],
    [
      'In',
      { from: 'Selector', selector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['a', 'b'] }] } },
      { tier: 'a' },
      true,
    ],
    [
      'In without the label',
      { from: 'Selector', selector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['a'] }] } },
      {},
      false,
    ],
    [
      'NotIn',
      { from: 'Selector', selector: { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['a'] }] } },
      { tier: 'a' },
      false,
    ],
    [
      'NotIn without the label',
      { from: 'Selector', selector: { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['a'] }] } },
      {},
      true,
    ],
    [
      'Exists',
      { from: 'Selector', selector: { matchExpressions: [{ key: 'tier', operator: 'Exists' }] } },
      { tier: 'a' },
      true,
    ],
    [
      'Exists without the label',
      { from: 'Selector', selector: { matchExpressions: [{ key: 'tier', operator: 'Exists' }] } },
      {},
      false,
    ],
    [
      'DoesNotExist',
      { from: 'Selector', selector: { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] } },
      { tier: 'a' },
      false,
    ],
    [
      'an unknown operator',
      { from: 'Selector', selector: { matchExpressions: [{ key: 'tier', operator: 'Gt', values: ['1'] }] } },
      { tier: 'a' },
      false,
    ],
    [
      'labels and an expression, of which one fails',
      {
        from: 'Selector',
        selector: { matchLabels: { tier: 'a' }, matchExpressions: [{ key: 'x', operator: 'Exists' }] },
      },
      { tier: 'a' },
      false,
    ],
  ] as const
).map(
  ([name, namespaces, labels, allowed]): GatewayCase => ({
    rule: 'GW-9',
    name: `a route of another namespace: ${name} → ${allowed ? 'accepted' : 'NotAllowedByListeners'}`,
    objects: [
      gateway([listener({ allowedRoutes: { namespaces } })]),
      namespace('team', labels),
      service('team', 'web'),
      tlsRoute({ ...PARENT, ...OTHER_BACKEND }, OTHER),
    ],
    status: [
      EDGE,
      allowed ? oneRoute : noRoute,
      allowed ? TEAM : 'TLSRoute team/web > edge: !Accepted:NotAllowedByListeners ResolvedRefs',
    ],
  }),
);

const ROUTES: readonly GatewayCase[] = [
  {
    rule: 'GW-8',
    name: 'a parentRef without a section → the listeners that match, counted each once',
    objects: [
      gateway([
        listener({ name: 'a', hostname: '*.example.com' }),
        listener({ name: 'b', hostname: '*.example.org' }),
        listener({ name: 'c', port: 8443 }),
      ]),
      tlsRoute({ parentRefs: [{ name: 'edge' }, { name: 'edge', sectionName: 'a' }] }),
    ],
    status: [
      EDGE,
      `  a (TLSRoute) 1: ${GOOD}`,
      `  b (TLSRoute) 0: ${GOOD}`,
      `  c (TLSRoute) 1: ${GOOD}`,
      ATTACHED,
      'TLSRoute shop/web > edge/a: Accepted ResolvedRefs',
    ],
  },
  {
    rule: 'GW-8',
    name: 'a parentRef with a port → the listeners on it; with name and port → both must match',
    objects: [
      gateway([listener({ name: 'a' }), listener({ name: 'b', port: 8443 })]),
      tlsRoute({ parentRefs: [{ name: 'edge', port: 8443 }] }),
      tlsRoute({ parentRefs: [{ name: 'edge', sectionName: 'a', port: 8443 }] }, { name: 'two' }),
      tlsRoute({ parentRefs: [{ name: 'edge', port: 1 }] }, { name: 'one' }),
    ],
    status: [
      EDGE,
      `  a (TLSRoute) 0: ${GOOD}`,
      `  b (TLSRoute) 1: ${GOOD}`,
      ATTACHED,
      'TLSRoute shop/two > edge/a: !Accepted:NoMatchingParent ResolvedRefs',
      'TLSRoute shop/one > edge: !Accepted:NoMatchingParent ResolvedRefs',
    ],
  },
  {
    rule: 'GW-8',
    name: 'parents of other kinds, and one that cannot be read → no entry',
    objects: [
      gateway([listener()]),
      tlsRoute({
        parentRefs: [
          { kind: 'Service', group: '', name: 'edge' },
          { group: 'example.com', name: 'edge' },
          { name: 'edge', sectionName: ['tls'] },
          { name: 'edge', port: {} },
          'edge',
          { name: 'missing' },
        ],
      }),
    ],
    status: [EDGE, noRoute],
  },
  {
    rule: 'GW-8',
    name: 'a listener that would terminate → UnsupportedValue',
    objects: [gateway([listener({ tls: { mode: 'Terminate' } })]), tlsRoute()],
    status: [REJECTED, `  tls () 0: ${bad('UnsupportedValue')}`, refused('UnsupportedValue')],
  },
  {
    rule: 'GW-8',
    name: 'listeners in conflict → the route is attached all the same, as AttachedRoutes demands',
    objects: [gateway([listener({ name: 'a' }), listener({ name: 'b' })]), tlsRoute()],
    status: [
      REJECTED,
      `  a (TLSRoute) 1: ${conflicted('HostnameConflict')}`,
      `  b (TLSRoute) 1: ${conflicted('HostnameConflict')}`,
      ATTACHED,
    ],
  },
  {
    rule: 'GW-10',
    name: 'no valid hostname → UnsupportedValue',
    objects: [gateway([listener()]), tlsRoute({ hostnames: ['192.0.2.1', 'a b'] })],
    status: [EDGE, noRoute, refused('UnsupportedValue')],
  },
  {
    rule: 'GW-10',
    name: 'no hostnames, which the API server refuses → UnsupportedValue, and not all names',
    objects: [gateway([listener()]), tlsRoute({ hostnames: undefined })],
    status: [EDGE, noRoute, refused('UnsupportedValue')],
  },
  {
    rule: 'GW-10',
    name: 'one hostname of two is valid → accepted for it',
    objects: [gateway([listener()]), tlsRoute({ hostnames: ['192.0.2.1', 'Shop.example.com.'] })],
    status: [EDGE, oneRoute, ATTACHED],
  },
  ...(
    [
      ['a port that the Service does not have', { name: 'web', port: 8443 }, 'BackendNotFound'],
      ['no port', { name: 'web' }, 'BackendNotFound'],
      ['no name', { port: 443 }, 'BackendNotFound'],
      ['a UDP port', { name: 'udp', port: 443 }, 'BackendNotFound'],
      ['ExternalName', { name: 'alias', port: 443 }, 'UnsupportedValue'],
      ['a negative weight', { name: 'web', port: 443, weight: -1 }, 'UnsupportedValue'],
      ['a weight above a million', { name: 'web', port: 443, weight: 1_000_001 }, 'UnsupportedValue'],
      ['a back end that cannot be read', 'web', 'BackendNotFound'],
    ] as const
  ).map(
    ([name, ref, reason]): GatewayCase => ({
      rule: reason === 'UnsupportedValue' ? 'GW-11 GW-12' : 'GW-11',
      name: `a back end with ${name} → ${reason}`,
      objects: [
        gateway([listener()]),
        service('shop', 'udp', { ports: [{ port: 443, protocol: 'UDP' }] }),
        service('shop', 'alias', { type: 'ExternalName' }),
        tlsRoute({ rules: [{ backendRefs: [{ name: 'web', port: 443 }, ref] }] }),
      ],
      status: [EDGE, oneRoute, unresolved(reason)],
    }),
  ),
  {
    rule: 'GW-12',
    name: 'weights 0 and a million → resolved',
    objects: [
      gateway([listener()]),
      tlsRoute({
        rules: [
          {
            backendRefs: [
              { name: 'web', port: 443, weight: 0 },
              { name: 'web', port: 443, weight: 1_000_000 },
            ],
          },
        ],
      }),
    ],
    status: [EDGE, oneRoute, ATTACHED],
  },
  {
    rule: 'GW-12',
    name: 'a rule without back ends, which the API server refuses → nothing to resolve',
    objects: [gateway([listener()]), tlsRoute({ rules: [{ backendRefs: [] }] })],
    status: [EDGE, oneRoute, ATTACHED],
  },
  {
    rule: 'GW-8',
    name: 'the beta version of the Gateway → read as well',
    objects: yaml(`
apiVersion: gateway.networking.k8s.io/v1beta1
kind: Gateway
metadata: {namespace: shop, name: edge, generation: 1}
spec:
  gatewayClassName: ours
  listeners:
  - {name: tls, port: 443, protocol: TLS, tls: {mode: Passthrough}}
`),
    status: [EDGE, noRoute],
  },
];

/** All cases of the Gateway API by topic. */
export const GATEWAY_CORPUS: Readonly<Record<string, readonly GatewayCase[]>> = {
  'official tests of TLSRoute': [...OFFICIAL_ROUTES, ...GRANTS],
  'official tests of Gateways': OFFICIAL_GATEWAYS,
  classes: CLASSES,
  gateways: GATEWAYS,
  'allowed namespaces': NAMESPACES,
  routes: ROUTES,
};
