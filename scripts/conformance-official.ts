/** What became of an official test: the cases that translate it, or why nothing corresponds to it; both where a part has no counterpart. */
export interface OfficialTest {
  readonly test: string;
  readonly cases?: readonly string[];
  readonly because?: string;
}

const TERMINATES = 'it is about TLS that ends on the gateway, and here none does';
const LISTENER = 'an Ingress has no listeners, and so no status of one';

/** Every test of `sigs.k8s.io/gateway-api/conformance` about TLSRoute, and the others that name TLS. */
export const GATEWAY_API_VERSION = 'v1.6.3';
export const GATEWAY_API: readonly OfficialTest[] = [
  { test: 'TLSRouteSimpleSameNamespace', cases: ['gateway-simple', 'tls-node-13', 'life-address'] },
  {
    test: 'TLSRouteHostnameIntersection',
    cases: ['gateway-hosts-exact', 'gateway-hosts-wildcard', 'valid-tls-wildcard'],
    because:
      'the four listeners become two Ingresses with the hosts of the intersection; an Ingress wildcard covers one label, where that of Gateway API covers several',
  },
  { test: 'TLSRouteInvalidBackendRefNonexistent', cases: ['gateway-backend-nonexistent', 'valid-service-unknown'] },
  { test: 'TLSRouteInvalidBackendRefUnknownKind', cases: ['gateway-backend-unknown-kind', 'valid-resource'] },
  {
    test: 'TLSRouteInvalidReferenceGrant',
    cases: ['gateway-other-namespace', 'valid-external-name'],
    because: 'an Ingress cannot name another namespace; the two ways around that are tried',
  },
  {
    test: 'TLSRouteInvalidNoMatchingListenerHostname',
    cases: ['valid-tls-other', 'limit-host'],
    because: 'the hosts of a listener correspond to those in `tls`, and to `hostOwnership`',
  },
  {
    test: 'TLSRouteInvalidNoMatchingListener',
    cases: ['limit-vip', 'limit-foreign', 'k8s-class-invalid'],
    because: 'the protocol of a listener has no counterpart; an address that is not to be had, and a class, have',
  },
  { test: 'TLSRouteListenerTerminateNotSupported', cases: ['valid-off-absent', 'valid-off'] },
  {
    test: 'TLSRouteListenerMixedTerminationNotSupported',
    cases: ['valid-off-absent', 'limit-foreign'],
    because: 'an Ingress without passthrough is left alone, and the front end of whoever terminates it, too',
  },
  { test: 'TLSRouteMixedTerminationSameNamespace', because: TERMINATES },
  { test: 'TLSRouteTerminateSimpleSameNamespace', because: TERMINATES },
  { test: 'TLSRouteListenerPassthroughSupportedKinds', because: LISTENER },
  { test: 'TLSRouteListenerTerminateSupportedKinds', because: LISTENER },
  {
    test: 'GatewayInvalidTLSConfiguration',
    cases: ['valid-tls-all', 'valid-tls-wildcard'],
    because: 'the Secret of `tls` is never read: a missing one is not a fault',
  },
  {
    test: 'GatewayFrontendClientCertificateValidation',
    cases: ['tls-node-13-mutual', 'tls-openssl-13-mutual', 'tls-curl-13-mutual'],
    because: 'the back end asks for the certificate, not the gateway',
  },
  { test: 'GatewayFrontendClientCertificateValidationInsecureFallback', because: TERMINATES },
  { test: 'GatewayInvalidFrontendClientCertificateValidation', because: TERMINATES },
  { test: 'GatewayFrontendInvalidDefaultClientCertificateValidation', because: TERMINATES },
  { test: 'GatewayInvalidTLSBackendConfiguration', because: TERMINATES },
  { test: 'GatewayTLSBackendClientCertificate', because: TERMINATES },
  { test: 'BackendTLSPolicy', because: TERMINATES },
  { test: 'BackendTLSPolicyConflictResolution', because: TERMINATES },
  { test: 'BackendTLSPolicyInvalidCACertificateRef', because: TERMINATES },
  { test: 'BackendTLSPolicyInvalidKind', because: TERMINATES },
  { test: 'BackendTLSPolicyObservedGenerationBump', because: TERMINATES },
  { test: 'BackendTLSPolicySANValidation', because: TERMINATES },
  { test: 'HTTPRouteHTTPSListener', because: TERMINATES },
  { test: 'HTTPRouteHTTPSListenerDetectMisdirectedRequests', because: TERMINATES },
  {
    test: 'HTTPRouteRedirectScheme',
    cases: ['front-redirect'],
    because: 'a redirect is permanent, and to https',
  },
  { test: 'MeshHTTPRouteSchemeRedirect', because: 'there is no mesh' },
  {
    test: 'HTTPRouteRedirectPortAndScheme',
    cases: ['front-redirect', 'front-redirect-port', 'front-redirect-unknown'],
    because: 'a redirect leads from plain HTTP to the secure port of the host, and nowhere else',
  },
];

const PATHS = 'the path is encrypted: one back end serves all paths of a host';

/** Every scenario of `sigs.k8s.io/ingress-controller-conformance`, by feature. */
export const INGRESS_CONFORMANCE: readonly OfficialTest[] = [
  { test: 'host_rules: the status shows the address', cases: ['k8s-host-rules', 'life-address'] },
  { test: 'host_rules: TLS to the matching Service', cases: ['k8s-host-rules', 'match-exact', 'tls-curl-13'] },
  {
    test: 'host_rules: plain HTTP to the matching Service',
    cases: ['front-no-redirect', 'front-redirect'],
    because: 'plain HTTP is refused, or redirected; a 404 of the gateway becomes a reset',
  },
  { test: 'host_rules: no match', cases: ['k8s-host-rules', 'match-unknown'] },
  { test: 'host_rules: wildcard', cases: ['k8s-host-rules', 'match-wildcard'] },
  { test: 'host_rules: a wildcard covers one label', cases: ['k8s-host-rules', 'match-wildcard-not-two-labels'] },
  { test: 'host_rules: a wildcard needs a label', cases: ['k8s-host-rules', 'match-wildcard-not-parent'] },
  {
    test: 'default_backend: all requests',
    cases: ['valid-default-backend-alone', 'valid-default-backend-beside'],
    because: 'a connection without a known name is reset, so that a default back end is refused',
  },
  { test: 'ingress_class: an invalid class', cases: ['k8s-class-invalid', 'valid-other-class'] },
  {
    test: 'load_balancing: all pods get requests',
    cases: ['k8s-load-balancing', 'back-three'],
    because: 'its default back end becomes a host, its requests become connections',
  },
  { test: 'path_rules: exact paths (4 scenarios)', cases: ['valid-path-other'], because: PATHS },
  {
    test: 'path_rules: prefixes (8 scenarios)',
    cases: ['valid-path-root-wins', 'valid-path-ambiguous'],
    because: PATHS,
  },
  { test: 'path_rules: exact before prefix (1 scenario)', cases: ['valid-path-same'], because: PATHS },
  { test: 'path_rules: trailing slashes (3 scenarios)', cases: ['valid-path-other'], because: PATHS },
];
