import type { ApplianceConfig } from '../config/appliances.ts';
import { ingressRules } from '../config/rules.ts';
import type { EngineSettings } from '../reconcile/index.ts';

/**
 * Returns the part of an appliance's configuration that the engine needs.
 *
 * @param appliances all of them: an address of another one is not this one's.
 */
export function engineSettings(appliance: ApplianceConfig, appliances: readonly ApplianceConfig[]): EngineSettings {
  return {
    appliance: appliance.name,
    systemId: appliance.systemId,
    filter: {
      ...(appliance.ingressClasses === undefined ? {} : { ingressClasses: appliance.ingressClasses }),
      ...(appliance.gatewayClasses === undefined ? {} : { gatewayClasses: appliance.gatewayClasses }),
      ...(appliance.namespaces === undefined ? {} : { namespaces: appliance.namespaces }),
    },
    rules: ingressRules(appliance, appliances),
    policy: appliance.policy,
    drainSeconds: appliance.drainSeconds,
    prune: appliance.prune,
  };
}
