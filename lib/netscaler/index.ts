export {
  type BackendUse,
  backendName,
  backendResources,
  policyBindings,
  policyNames,
  policyNamesFor,
} from './backend.ts';
export { challengeIn, challengeKey, isWide, looksAtSource, ownerLetThrough } from './expressions.ts';
export {
  CHALLENGES,
  closingPolicies,
  type FrontendUse,
  frontendMap,
  frontendResources,
  LISTENER,
  MANY_LABELS,
  READY_KEY,
  systemResources,
} from './frontend.ts';
export { hostValue } from './host-value.ts';
export { LEVELS, LIMITS } from './limits.ts';
export { clusterFilter, frontendMark, ownerMark, ownersFilter, parseMark, systemFilter, systemMark } from './mark.ts';
export { type GroupMember, membersText, parseMembers, sameMembers, withWeightsOf } from './members.ts';
export {
  backendDigest,
  backendId,
  backendOwnerKey,
  backendsWithDigest,
  isForChallenges,
  isNotFound,
  isWildcardReset,
  leadsToBeginning,
  looksLikeBackendPolicy,
  type Names,
  namesOf,
  POLICY_ENDING,
  redirectPortOf,
  wildcardTierOf,
} from './names.ts';
export { proxyProfile } from './proxy-profile.ts';
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
  RowIndex,
  removalArguments,
  TYPES,
} from './resource.ts';
export { sourceSets } from './sources.ts';
export { isOutOfTier, PRIORITY, prioritiesOf, type Tier, tierName, tierOf } from './tiers.ts';
