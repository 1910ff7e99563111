/**
 * Features of the Gateway API that this project supports, by the names of the official tests, in the order of ASCII as
 * `GatewayClassStatus.SupportedFeatures` wants it. Source: pkg/features of sigs.k8s.io/gateway-api.
 */
export const SUPPORTED_FEATURES: readonly string[] = [
  'Gateway',
  'GatewayAddressEmpty',
  'GatewayPort8080',
  'GatewayStaticAddresses',
  'ReferenceGrant',
  'TLSRoute',
];
