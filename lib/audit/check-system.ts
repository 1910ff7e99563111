import { systemResources } from '../netscaler/index.ts';
import type { NitroRow } from '../nitro/index.ts';
import type { PlanContext } from '../plan/index.ts';
import type { Frontend } from '../route/index.ts';
import { speakers } from './check-frontends.ts';
import { compareObjects } from './compare-objects.ts';
import type { AuditFinding } from './findings.ts';
import type { AuditState } from './state.ts';

/** What exists once for the system, wherever a front end needs it. Without one it may be there or not. */
export function checkSystem(state: AuditState, context: PlanContext): AuditFinding[] {
  const settled = state.frontends.map(({ frontend, claims }) => ({
    kind: frontend.kind,
    claims: claims.filter(({ ownerKey }) => !state.unsettled.has(ownerKey)),
  }));
  return (['tls', 'http'] as const).flatMap((kind) => {
    const claims = settled.filter((place) => place.kind === kind).flatMap((place) => place.claims);
    if (claims.length === 0) return [];
    const desired = systemResources(context, new Set<Frontend['kind']>([kind])).map((resource) =>
      // Where the files of a certificate are said to be depends on the build.
      resource.type === 'sslcertkey' ? { ...resource, attributes: {} } : resource,
    );
    const types = new Set(desired.map(({ type }) => type));
    const found = state.system.filter(({ type }) => types.has(type));
    return compareObjects(desired, found, () => speakers(claims));
  });
}

/** A certificate that ends within this many days is worth a word. */
const DAYS_AHEAD = 365;

/** The placeholder certificate ends some day (objects on the appliance: ten years). */
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

/** Load balancing, content switching, SSL, responder: what our objects are made of. */
const FEATURES = ['lb', 'cs', 'ssl', 'responder'] as const;

/** @param features the row of `nsfeature`. */
export function checkFeatures(features: NitroRow | undefined): AuditFinding[] {
  return FEATURES.filter((name) => String(features?.[name]).toLowerCase() === 'false').map((name) => ({
    code: 'FeatureDisabled' as const,
    object: `nsfeature ${name}`,
    is: 'disabled',
    should: 'enabled',
    owners: [],
  }));
}
