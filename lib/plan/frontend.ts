import { isListenerClaim, letsChallengesThrough, securePortOf } from '../ledger/index.ts';
import { type FrontendUse, frontendMap, frontendResources, type Resource } from '../netscaler/index.ts';
import { compareClaims, type FrontendClaims } from './claims.ts';
import { type Comparison, compared } from './diff.ts';
import { compareHosts, type HostAssignment } from './hosts.ts';
import {
  isMadeForChallenges,
  isMadeForListener,
  isMadeForManyLabels,
  provisionedPorts,
  readyMarker,
} from './ready-marker.ts';
import type { FrontendInput } from './scope.ts';
import { compareSettings, type FrontendSettings, type SettingConflict } from './settings.ts';

/** One front end with its claims, hosts and settings. */
interface FrontendComparison extends Comparison {
  readonly hostAssignments: readonly HostAssignment[];
  readonly settingConflicts: readonly SettingConflict[];
  /** The front end should exist after this plan. */
  readonly shouldExist: boolean;
}

/** Compares one front end: its claims, its hosts, its settings, and its own objects. */
export function compareFrontend(input: FrontendInput): FrontendComparison {
  const claims = compareClaims(input);
  const settings = compareSettings(input);
  const hosts = compareHosts(input, claims);
  const shouldExist = claims.after.length > 0 || input.scope.otherClaims > 0;
  return {
    shouldExist,
    hostAssignments: hosts.hostAssignments,
    settingConflicts: settings.conflicts,
    desired: [
      ...claims.desired,
      ...settings.desired,
      ...hosts.desired,
      ...(shouldExist ? desiredObjects(input, claims, settings) : []),
    ],
    actual: [
      ...claims.actual,
      ...settings.actual,
      ...hosts.actual,
      ...existingObjects(input, claims, settings).map(compared),
    ],
  };
}

function desiredObjects(
  { context, scope, wanted }: FrontendInput,
  { after }: FrontendClaims,
  settings: FrontendSettings,
): Resource[] {
  // A claim of an owner out of scope may need a port that redirects led to before, a many-label wildcard, the 404 or challenges.
  const kept = provisionedPorts(scope.rows, scope.found).filter((port) => !scope.unusedPorts.includes(port));
  const use: FrontendUse = {
    frontend: scope.frontend,
    owners: [...new Set(wanted.map(({ claim }) => claim.ownerKey))],
    securePorts: ascending([...after.flatMap((claim) => securePortOf(claim) ?? []), ...kept]),
    manyLabels:
      after.some(({ form }) => form === 'many-label') ||
      (!scope.manyLabelsUnused && isMadeForManyLabels(scope.rows, scope.found)),
    listener: after.some(isListenerClaim) || (!scope.listenerUnused && isMadeForListener(scope.rows, scope.found)),
    challenges:
      after.some(letsChallengesThrough) || (!scope.challengesUnused && isMadeForChallenges(scope.rows, scope.found)),
    settings: settings.after,
    unset: settings.unset,
  };
  return [frontendMap(context, use), ...frontendResources(context, use)];
}

/** Returns the objects that were read; otherwise those that the ready row vouches for. */
function existingObjects(
  { context, scope }: FrontendInput,
  { formerOwners }: FrontendClaims,
  settings: FrontendSettings,
): readonly Resource[] {
  // Objects go with their last owners, and stay while one of those could not be moved.
  if (scope.found !== undefined) return scope.found.map((resource) => ({ ...resource, owners: formerOwners }));
  const marker = readyMarker(scope.rows);
  if (marker === undefined) return [];
  const use: FrontendUse = {
    frontend: scope.frontend,
    owners: formerOwners,
    securePorts: ascending(marker.securePorts),
    manyLabels: marker.manyLabels,
    listener: marker.listener,
    challenges: marker.challenges,
    settings: settings.before,
  };
  return [frontendMap(context, use), ...frontendResources(context, use)];
}

const ascending = (ports: readonly number[]): number[] => [...new Set(ports)].sort((a, b) => a - b);
