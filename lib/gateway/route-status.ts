import { present, stableJson } from '../contract/index.ts';
import { list, record } from '../ingress/shape.ts';
import { type Condition, isStale, mergeConditions, met, unmet } from './conditions.ts';
import type { JudgedParent, JudgedRoute } from './judged-route.ts';
import { GATEWAY_GROUP, type K8sParentRef } from './kubernetes.ts';
import { GATEWAY_CONTROLLER, type GatewaySettings } from './settings.ts';

/** `MaxItems` of `RouteStatus.Parents`. */
const MOST_PARENTS = 32;

/** Returns a parentRef as the API server stores it, with its defaults. */
function stored({ group = GATEWAY_GROUP, kind = 'Gateway', namespace, name = '', sectionName, port }: K8sParentRef) {
  return present({ group, kind, namespace, name, sectionName, port });
}

/** Returns a text that is equal for the same parentRef. */
function identity(ref: unknown): string {
  const { group = GATEWAY_GROUP, kind = 'Gateway', namespace, name, sectionName, port } = record(ref);
  return stableJson([group, kind, namespace ?? null, name ?? null, sectionName ?? null, port ?? null]);
}

function conditionsOf({ fault }: JudgedParent, { rules }: JudgedRoute): Condition[] {
  const faults = rules.flat().flatMap((backend) => (backend.fault === undefined ? [] : [backend.fault]));
  const [first, ...more] = faults;
  const rest = more.length === 0 ? '' : `; ${more.length} more back ends cannot be used`;
  return [
    fault === undefined
      ? met('Accepted', 'the Gateway has a listener for the route')
      : unmet('Accepted', fault.reason, fault.finding.message),
    first === undefined
      ? met('ResolvedRefs', 'all back ends are resolved')
      : unmet('ResolvedRefs', first.reason, `${first.finding.message}${rest}`),
  ];
}

/**
 * Returns the new status of a TLSRoute (GW-13, GW-14): one entry for each parentRef that names a Gateway of ours. Entries of
 * other controllers stay as they are; ours whose parentRef is gone are removed. Source: `RouteParentStatus` in
 * apis/v1/shared_types.go.
 *
 * @param judged also with no parents, to remove entries of former ones.
 * @param current status as read from the API server, unchecked.
 * @param now RFC 3339, in seconds.
 * @returns undefined if nothing changes, or if the judged copy is older than the status.
 */
export function routeStatus(
  judged: JudgedRoute,
  settings: GatewaySettings,
  current: unknown,
  now: string,
): object | undefined {
  const controllerName = settings.controller ?? GATEWAY_CONTROLLER;
  const time = { generation: judged.route.metadata.generation ?? 0, now };
  const before = list(record(current).parents);
  const isOurs = (entry: unknown): boolean => record(entry).controllerName === controllerName;
  const ours = new Map(before.filter(isOurs).map((entry) => [identity(record(entry).parentRef), entry]));
  const others = before.filter((entry) => !isOurs(entry));
  const wanted = new Map(judged.parents.map((parent) => [identity(parent.ref), parent]));
  const entries: object[] = [];
  for (const [key, parent] of wanted) {
    const conditions = conditionsOf(parent, judged);
    const known = record(record(ours.get(key))).conditions;
    if (isStale(known, conditions, time)) return undefined;
    entries.push({
      parentRef: stored(parent.ref),
      controllerName,
      conditions: mergeConditions(known, conditions, time),
    });
  }
  const status = { ...record(current), parents: [...others, ...entries].slice(0, MOST_PARENTS) };
  return stableJson(status.parents) === stableJson(before) ? undefined : status;
}
