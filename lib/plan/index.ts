export { batchChanges, type ChangeBatch } from './batch-changes.ts';
export type { Change, Plan } from './change.ts';
export { claimResource, claimsByFrontend, claimsOf } from './claims.ts';
export { type Actual, compared, diff, same, uncompared } from './diff.ts';
export { type Goal, goalInSteps, goalOf, NO_GOAL, type OwnerGoal } from './goal.ts';
export { decodeHost, type HostAssignment, heldHost, holderText, hostResource, parseHolder } from './hosts.ts';
export { inOne } from './in-one.ts';
export { isMapRow, order } from './order.ts';
export { staysWhileDraining } from './owner-backends.ts';
export { candidatePriorities, haveFreeCandidates, type Priorities, withPriority } from './priorities.ts';
export {
  isMadeForChallenges,
  isMadeForListener,
  isMadeForManyLabels,
  provisionedPorts,
  readyMarker,
} from './ready-marker.ts';
export { nounOf, render } from './render.ts';
export type {
  FrontendInScope,
  OwnerInScope,
  PlanContext,
  PlanScope,
  Retirement,
  WantedClaim,
} from './scope.ts';
export { type SettingConflict, settingsOf } from './settings.ts';
export { backendNames, usesOf, usesOfClaims } from './uses.ts';
