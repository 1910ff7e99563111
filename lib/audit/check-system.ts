import { systemResources } from '../netscaler/index.ts';
import type { NitroRow } from '../nitro/index.ts';
import type { PlanContext } from '../plan/index.ts';
import type { Frontend } from '../route/index.ts';
import { repairers } from './check-frontends.ts';
import { compareObjects } from './compare-objects.ts';
import type { AuditFinding } from './findings.ts';
import type { AuditState } from './state.ts';

/** Checks the objects that exist once for the system; without a front end that needs them they may exist or not. */
export function checkSystem(state: AuditState, context: PlanContext): AuditFinding[] {
  const settled = state.frontends.map(({ frontend, claims }) => ({
    kind: frontend.kind,
    claims: claims.filter(({ ownerKey }) => !state.unsettled.has(ownerKey)),
  }));
  return (['tls', 'http'] as const).flatMap((kind) => {
    const claims = settled.filter((each) => each.kind === kind).flatMap((each) => each.claims);
    if (claims.length === 0) return [];
    const desired = systemResources(context, new Set<Frontend['kind']>([kind])).map((resource) =>
      // The appliance shows the paths of certificate files in a form that depends on the build.
      resource.type === 'sslcertkey' ? { ...resource, attributes: {} } : resource,
    );
    const types = new Set(desired.map(({ type }) => type));
    const found = state.system.filter(({ type }) => types.has(type));
    return compareObjects(desired, found, () => repairers(claims));
  });
}

/** Days before the end of the placeholder certificate when a finding reports it. */
const DAYS_AHEAD = 365;

/** Checks how long the placeholder certificate is valid: ten years after its creation. */
export function checkPlaceholder({ system }: AuditState): AuditFinding[] {
  return system.flatMap(({ type, id, attributes }) => {
    const days = Number(attributes.daystoexpiration ?? Number.NaN);
    if (type !== 'sslcertkey' || Number.isNaN(days) || days > DAYS_AHEAD) return [];
    return [
      {
        code: 'PlaceholderExpires' as const,
        object: `sslcertkey ${id.certkey}`,
        is: days < 0 ? 'expired' : `valid for ${days} days`,
        should: `valid for more than ${DAYS_AHEAD} days`,
        owners: [],
      },
    ];
  });
}

/** Features that our objects need: load balancing, content switching, SSL, responder. */
const FEATURES = ['lb', 'cs', 'ssl', 'responder'] as const;

/** Checks the features of the appliance. @param features the row of `nsfeature`. */
export function checkFeatures(features: NitroRow | undefined): AuditFinding[] {
  return FEATURES.filter((name) => String(features?.[name]).toLowerCase() === 'false').map((name) => ({
    code: 'FeatureDisabled' as const,
    object: `nsfeature ${name}`,
    is: 'disabled',
    should: 'enabled',
    owners: [],
  }));
}
