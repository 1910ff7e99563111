import type { ApplianceConfig } from './appliances.ts';

/** What one appliance's configuration says about Ingresses, in the form that the rules take. */
export interface IngressRules {
  readonly defaultVip?: string;
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
 * The rules of one appliance among all: a `frontend-ip` in the ranges of another that serves the same cluster is that
 * one's.
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
    ...(appliance.frontendIPs === undefined ? {} : { frontendIPs: appliance.frontendIPs }),
    ...(others.length === 0 ? {} : { otherFrontendIPs: others }),
    ...(appliance.allowedAttributes === undefined ? {} : { allowedAttributes: present(appliance.allowedAttributes) }),
    ...(appliance.memberNetworks === undefined ? {} : { memberNetworks: appliance.memberNetworks }),
  };
}

type Allowed = NonNullable<IngressRules['allowedAttributes']>;

/** Without the objects that are not there: an absent one has its safe attributes. */
function present(allowed: NonNullable<ApplianceConfig['allowedAttributes']>): Allowed {
  return Object.fromEntries(Object.entries(allowed).filter(([, names]) => names !== undefined)) as Allowed;
}
