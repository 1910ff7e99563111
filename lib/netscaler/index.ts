export {
  type BackendUse,
  backendName,
  backendResources,
  membersText,
  parseMembers,
  policyBindings,
  policyNames,
} from './backend.ts';
export { type FrontendUse, frontendMap, frontendResources, READY_KEY, systemResources } from './frontend.ts';
export { LIMITS, PRIORITY } from './limits.ts';
export { clusterFilter, frontendMark, ownerMark, ownersFilter, parseMark, systemFilter, systemMark } from './mark.ts';
export {
  backendId,
  backendOwnerKey,
  isWildcardPolicy,
  looksLikeBackendPolicy,
  type Names,
  namesOf,
  redirectPortOf,
} from './names.ts';
export {
  DEFAULTS,
  factsOf,
  IMMUTABLE,
  identity,
  isBinding,
  isDisabled,
  objectName,
  type Resource,
  type ResourceRole,
  type ResourceType,
  ROLES,
  removalArguments,
  TYPES,
} from './resource.ts';
export { isOutOfTier, type Tier, tierOf } from './tiers.ts';
