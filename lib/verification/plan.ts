import { LISTING_REQUESTS } from './clean.ts';
import { IDENTITY_REQUESTS } from './identity.ts';
import type { Probe } from './probe.ts';
import { calls } from './probes/calls.ts';
import { challenges } from './probes/challenges.ts';
import { dataSets } from './probes/data-sets.ts';
import { entries } from './probes/entries.ts';
import { frontEnd } from './probes/front-end.ts';
import { groups } from './probes/groups.ts';
import { namesAndRules } from './probes/names-and-rules.ts';
import { policies } from './probes/policies.ts';
import type { ProbeObject, VerificationSettings } from './settings.ts';

/** All parts of the verification, in their order. The front end is last, because it takes the longest. */
export const PROBES: readonly Probe[] = [
  namesAndRules,
  entries,
  dataSets,
  calls,
  policies,
  groups,
  challenges,
  frontEnd,
];

/** What a run would do. */
export interface VerificationPlan {
  readonly objects: readonly ProbeObject[];
  /** Requests to an appliance that behaves as expected, cleaning up included, without log in and log out. */
  readonly requests: number;
}

/** Returns what a run with these settings makes, and how many requests it sends. Pure. */
export function planVerification(settings: VerificationSettings): VerificationPlan {
  const objects = PROBES.flatMap((probe) => probe.objects(settings));
  const asked = PROBES.reduce((sum, probe) => sum + probe.requests(settings), 0);
  return { objects, requests: asked + IDENTITY_REQUESTS + LISTING_REQUESTS + cleaning(objects) };
}

/** The last listing and the removals. A server that an action names is removed at the second attempt. */
function cleaning(objects: readonly ProbeObject[]): number {
  const named = objects.filter(({ type }) => type === 'sslaction').length;
  return LISTING_REQUESTS + objects.filter(({ removed }) => removed === undefined).length + named;
}
