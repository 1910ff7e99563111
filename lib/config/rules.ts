import type { ApplianceConfig } from './appliances.ts';

/** Settings of an appliance that the rules for Ingresses need. */
export interface IngressRules {
  readonly defaultVip?: string;
  readonly gatewayAddresses?: readonly string[];
  readonly frontendIPs?: readonly string[];
  readonly otherFrontendIPs?: readonly string[];
  readonly memberNetworks?: readonly string[];
  readonly hostOwnership: ApplianceConfig['hostOwnership'];
  readonly ipsets: readonly string[];
  readonly allowedAttributes?: {
    readonly [kind in 'csvserver' | 'lbvserver' | 'monitor' | 'servicegroup']?: readonly string[];
  };
}

/**
 * Returns the rules of one appliance. A `frontend-ip` in the ranges of another appliance of the same cluster belongs to that
 * other one.
 */
export function ingressRules(appliance: ApplianceConfig, all: readonly ApplianceConfig[]): IngressRules {
  const others = all
    .filter(
      (other) => other.name !== appliance.name && other.clusters.some((name) => appliance.clusters.includes(name)),
    )
    .flatMap((other) => other.frontendIPs ?? []);
  return {
    hostOwnership: appliance.hostOwnership,
    ipsets: appliance.ipsets,
    ...(appliance.defaultVip === undefined ? {} : { defaultVip: appliance.defaultVip }),
    ...(appliance.gatewayAddresses === undefined ? {} : { gatewayAddresses: appliance.gatewayAddresses }),
    ...(appliance.frontendIPs === undefined ? {} : { frontendIPs: appliance.frontendIPs }),
    ...(others.length === 0 ? {} : { otherFrontendIPs: others }),
    ...(appliance.allowedAttributes === undefined ? {} : { allowedAttributes: present(appliance.allowedAttributes) }),
    ...(appliance.memberNetworks === undefined ? {} : { memberNetworks: appliance.memberNetworks }),
  };
}

type Allowed = NonNullable<IngressRules['allowedAttributes']>;

/** Drops absent objects, which have their safe attributes. */
function present(allowed: NonNullable<ApplianceConfig['allowedAttributes']>): Allowed {
  return Object.fromEntries(Object.entries(allowed).filter(([, names]) => names !== undefined)) as Allowed;
}
