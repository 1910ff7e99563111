import type { CatalogueEntry } from './entry.ts';

/** Objects of the Gateway API (GW-1 to GW-15). They are here, because every finding has one catalogue. */
export const GATEWAY_FINDINGS = {
  GatewayAddressInvalid: {
    severity: 'error',
    title: 'Gateway address cannot be used',
    rules: ['GW-6'],
    why: 'A front end has an IPv4 or IPv6 address. An entry of another type keeps the whole Gateway from being accepted (UnsupportedAddress); an address that no front end can have keeps it from being programmed (AddressNotUsable).',
    remedy: 'Write an entry of type IPAddress with one address, or remove spec.addresses to use the default VIP.',
  },
  GatewayCertificateInvalid: {
    severity: 'error',
    title: 'Certificate of a listener cannot be used',
    rules: ['GW-15'],
    why: 'A listener of protocol HTTPS names Secrets with its certificate and key. A Secret of another namespace needs a ReferenceGrant there. Such listeners are not accepted at all by default.',
    remedy: 'Name a Secret of type kubernetes.io/tls, or write protocol: TLS with tls.mode: Passthrough.',
  },
  GatewayClassUnknown: {
    severity: 'warning',
    title: 'GatewayClass not found',
    rules: ['GW-1'],
    why: 'The GatewayClass decides which controller handles a Gateway. The class of this Gateway is not among the files, and only the name netscaler-passthrough is assumed to be ours. The Gateway has a listener that passes TLS through, so it may be meant for this system; it was not checked.',
    remedy:
      'Add the GatewayClass to the files, or name the class netscaler-passthrough. If the Gateway belongs to another controller, add its GatewayClass, too.',
  },
  GatewayListenerConflict: {
    severity: 'error',
    title: 'Listeners that cannot be told apart',
    rules: ['GW-4'],
    why: 'Listeners of one Gateway differ in port, or in hostname if the protocol is the same; a port has one protocol. None of the listeners in a conflict is programmed: the Gateway API allows no winner.',
    remedy: 'Give the listeners different ports or hostnames, or join them into one.',
  },
  GatewayListenerInvalid: {
    severity: 'error',
    title: 'Invalid listener',
    rules: ['GW-3'],
    why: 'A listener has a name that is unique in its Gateway, a port from 1 to 65535, and no hostname or a valid one; a Gateway has at most 64 listeners. The API server refuses others.',
    remedy: 'Correct the field.',
  },
  GatewayListenerUnsupported: {
    severity: 'error',
    title: 'Listener of an unsupported kind',
    rules: ['GW-2'],
    why: 'This system passes TLS through, and never terminates it. Listeners of protocol TLS with the mode Passthrough are supported, and HTTP, which answers 404. The listener is not accepted; the others of the Gateway are.',
    remedy: 'Write protocol: TLS and tls: {mode: Passthrough}, or remove the listener.',
  },
  GatewayParametersUnsupported: {
    severity: 'error',
    title: 'Parameters of a GatewayClass or Gateway',
    rules: ['GW-1', 'GW-7'],
    why: 'parametersRef names an object with settings of the controller. This controller has no kind of parameters, and what it does not understand it must not accept (InvalidParameters).',
    remedy: 'Remove parametersRef.',
  },
  GatewayRouteKindsInvalid: {
    severity: 'warning',
    title: 'Listener names kinds of routes that do not fit',
    rules: ['GW-5'],
    why: 'A listener takes one kind of route, which its protocol decides: TLSRoute for TLS, HTTPRoute for HTTP. Other kinds in allowedRoutes.kinds are ignored; if no kind remains, no route can attach.',
    remedy: 'Write kind: TLSRoute, or remove allowedRoutes.kinds.',
  },
  TLSRouteBackendForbidden: {
    severity: 'error',
    title: 'Back end in another namespace is not permitted',
    rules: ['GW-11'],
    why: 'A route may use a Service of another namespace only if a ReferenceGrant of that namespace permits it. Connections of this share are rejected.',
    remedy:
      'Create a ReferenceGrant in the namespace of the Service: from TLSRoute and the namespace of the route, to Service.',
  },
  TLSRouteBackendNotFound: {
    severity: 'error',
    title: 'Back end of a route not found',
    rules: ['GW-11'],
    why: 'A back end is a Service with a TCP port of that number. Until it exists, connections of this share are rejected.',
    remedy: 'Create the Service, or correct name and port: a TLSRoute names ports by number.',
  },
  TLSRouteBackendUnsupported: {
    severity: 'error',
    title: 'Back end of an unsupported kind',
    rules: ['GW-11', 'GW-12'],
    why: 'TLS is passed to the members of a Service. Another kind, a Service of type ExternalName, and a weight outside of 0 to 1000000 have no members. Connections of this share are rejected.',
    remedy: 'Name a Service with endpoints, and a weight from 0 to 1000000.',
  },
  TLSRouteHostnameInvalid: {
    severity: 'error',
    title: 'Invalid hostname of a route',
    rules: ['GW-10'],
    why: 'A route matches the server name of the TLS handshake, by DNS names or wildcards whose whole first label is *. A hostname that is not valid is ignored; a route without a valid one cannot attach.',
    remedy: 'Write a DNS name, such as shop.example.com or *.example.com.',
  },
  TLSRouteHostnameUnserved: {
    severity: 'warning',
    title: 'Hostname of a route that no listener has',
    rules: ['GW-10'],
    why: 'A listener with a hostname serves those of a route that match it, and no others. The route is accepted for another of its hostnames, so that its status does not show it; clients of this one are reset.',
    remedy: 'Correct the hostname, widen that of the listener, or add a listener that has it.',
  },
  TLSRouteInvalid: {
    severity: 'error',
    title: 'Incomplete route',
    rules: ['GW-12'],
    why: 'A TLSRoute has exactly one rule with at least one back end. The API server refuses others.',
    remedy: 'Write one rule with its backendRefs. Other hostnames with other back ends need a TLSRoute of their own.',
  },
  TLSRouteNotAttached: {
    severity: 'error',
    title: 'Route not accepted by its Gateway',
    rules: ['GW-8', 'GW-9', 'GW-10'],
    why: 'A listener takes a route if the parentRef selects it by name and port, if allowedRoutes admits the kind and the namespace, and if a hostname of the route matches the hostname of the listener. No listener of the Gateway does.',
    remedy: 'Correct the parentRef or the hostnames, or allowedRoutes of the listener.',
  },
  TLSRouteParentUnknown: {
    severity: 'warning',
    title: 'Gateway of a route not found',
    rules: ['GW-8', 'GW-9'],
    why: 'The Gateway of a route decides whether it attaches, and listeners may select namespaces by their labels. The files lack the Gateway or the Namespace, so the attachment was not checked.',
    remedy:
      'Add the Gateway, its GatewayClass and the Namespace to the files, or check the cluster’s objects together.',
  },
} as const satisfies Record<string, CatalogueEntry>;
