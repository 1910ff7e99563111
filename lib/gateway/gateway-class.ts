import { quote } from '../ingress/finding.ts';
import { fault, type GatewayFault } from './fault.ts';
import type { K8sGatewayClass } from './kubernetes.ts';
import { GATEWAY_CONTROLLER, type GatewaySettings } from './settings.ts';

/** Returns whether a GatewayClass is ours (GW-1): `spec.controllerName` decides. */
export function isOurClass({ spec }: K8sGatewayClass, settings: GatewaySettings): boolean {
  return spec.controllerName === (settings.controller ?? GATEWAY_CONTROLLER);
}

/**
 * Returns why a GatewayClass of ours is not accepted (GW-1): it names parameters, and no kind of parameters is supported.
 * Source: `GatewayClassReasonInvalidParameters` in apis/v1/gatewayclass_types.go.
 */
export function classFault({ spec }: K8sGatewayClass): GatewayFault | undefined {
  if (spec.parametersRef === undefined) return undefined;
  const { kind = '', name = '' } = spec.parametersRef;
  return fault('InvalidParameters', 'GatewayParametersUnsupported', {
    message: `spec.parametersRef names ${quote(`${kind}/${name}`)}, but no parameters are supported`,
    path: 'spec.parametersRef',
  });
}
