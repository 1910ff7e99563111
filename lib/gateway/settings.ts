/** Value of `spec.controllerName` of the GatewayClasses that are ours. */
export const GATEWAY_CONTROLLER = 'netscaler-passthrough.io/gateway-controller';

/**
 * Name of a GatewayClass that files may lack: it is assumed to be ours. Other names say nothing about the controller, so
 * their Gateways are left alone until the object is there.
 */
export const GATEWAY_CLASS = 'netscaler-passthrough';

export interface GatewaySettings {
  /** {@link GATEWAY_CONTROLLER} where absent. */
  readonly controller?: string;
  /** Whether listeners of protocol HTTPS are accepted; no where absent, because passthrough has no use for them. */
  readonly https?: boolean;
}
