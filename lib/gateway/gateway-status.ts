import { stableJson } from '../contract/index.ts';
import { list, record, text } from '../ingress/shape.ts';
import { type Condition, isStale, mergeConditions, met, type StatusTime, unmet } from './conditions.ts';
import type { JudgedGateway } from './gateway.ts';
import { GATEWAY_GROUP } from './kubernetes.ts';
import { type JudgedListener, listenerFault } from './listeners.ts';

/** What the appliance has confirmed about a Gateway. */
export interface GatewayConfirmation {
  /** Addresses on which its listeners answer. */
  readonly addresses: readonly string[];
  /** Names of the listeners that answer there. */
  readonly listeners: ReadonlySet<string>;
  /** Why the appliance cannot use a requested address; absent if it can. */
  readonly refusal?: string;
}

/** Returns whether a Gateway answers on an address (GW-13). Source: `GatewayConditionProgrammed`. */
function gatewayProgrammed(
  { accepted, addresses: { unusable } }: JudgedGateway,
  confirmation: GatewayConfirmation | undefined,
): Condition {
  if (!accepted.status) return unmet('Programmed', 'Invalid', `the Gateway is not accepted: ${accepted.message}`);
  const refusal = unusable[0]?.finding.message ?? confirmation?.refusal;
  if (refusal !== undefined) return unmet('Programmed', 'AddressNotUsable', refusal);
  if (confirmation === undefined) return unmet('Programmed', 'Pending', 'the appliance has not answered yet');
  return confirmation.addresses.length === 0
    ? unmet('Programmed', 'AddressNotAssigned', 'the appliance has no address for the Gateway')
    : met('Programmed', 'the appliance has programmed the Gateway');
}

/** Returns what a listener does where that is not what its protocol says (GW-2): ready to be added to a sentence. */
function meaningOf({ spec: { protocol } }: JudgedListener): string {
  if (protocol === 'HTTPS') return '; it resets every hello, because TLS never ends on the appliance';
  return protocol === 'HTTP' ? '; it answers 404, because no HTTPRoute is read' : '';
}

/** Returns whether a listener answers (GW-13). Source: `ListenerConditionProgrammed`. */
function listenerProgrammed(
  listener: JudgedListener,
  { accepted }: JudgedGateway,
  confirmation: GatewayConfirmation | undefined,
): Condition {
  const invalid = listenerFault(listener);
  if (invalid !== undefined) return unmet('Programmed', 'Invalid', invalid.finding.message);
  if (!accepted.status) return unmet('Programmed', 'Invalid', `the Gateway is not accepted: ${accepted.message}`);
  return confirmation?.listeners.has(listener.name) === true
    ? met('Programmed', `the appliance has programmed the listener${meaningOf(listener)}`)
    : unmet('Programmed', 'Pending', 'the appliance has not programmed the listener yet');
}

function listenerConditions(
  listener: JudgedListener,
  judged: JudgedGateway,
  confirmation: GatewayConfirmation | undefined,
): Condition[] {
  const { fault, conflicted, refsFault } = listener;
  const { reason, finding } = fault ?? {};
  const message = finding?.message ?? '';
  return [
    reason === undefined
      ? met('Accepted', `the listener is valid${meaningOf(listener)}`)
      : unmet('Accepted', reason, message),
    reason !== undefined && conflicted
      ? met('Conflicted', message, reason)
      : unmet('Conflicted', 'NoConflicts', 'no other listener of the Gateway is in conflict with it'),
    refsFault === undefined
      ? met('ResolvedRefs', 'all references of the listener are resolved')
      : unmet('ResolvedRefs', refsFault.reason, refsFault.finding.message),
    listenerProgrammed(listener, judged, confirmation),
  ];
}

function gatewayConditions(judged: JudgedGateway, confirmation: GatewayConfirmation | undefined): Condition[] {
  const { status, reason, message } = judged.accepted;
  return [
    status ? met('Accepted', message, reason) : unmet('Accepted', reason, message),
    gatewayProgrammed(judged, confirmation),
  ];
}

/** Returns the status of all listeners; that of a listener that is gone is left out. */
function listenerStatuses(
  judged: JudgedGateway,
  attached: (listener: JudgedListener) => number,
  confirmation: GatewayConfirmation | undefined,
  current: unknown,
  time: StatusTime,
): object[] {
  const before = new Map(list(current).map((each) => [text(record(each).name) ?? '', record(each).conditions]));
  // The API server refuses two entries of one name.
  const named = new Map(judged.listeners.toReversed().map((listener) => [listener.name, listener]));
  return [...named.values()].reverse().map((listener) => ({
    name: listener.name,
    supportedKinds: listener.kinds.map((kind) => ({ group: GATEWAY_GROUP, kind })),
    attachedRoutes: attached(listener),
    conditions: mergeConditions(before.get(listener.name), listenerConditions(listener, judged, confirmation), time),
  }));
}

/**
 * Returns the new status of a Gateway of ours (GW-13, GW-14).
 *
 * @param attached number of routes that a listener takes.
 * @param confirmation what the appliance has confirmed; undefined before its first answer.
 * @param current status as read from the API server, unchecked.
 * @param now RFC 3339, in seconds.
 * @returns undefined if nothing changes, or if the judged copy is older than the status.
 */
export function gatewayStatus(
  judged: JudgedGateway,
  attached: (listener: JudgedListener) => number,
  confirmation: GatewayConfirmation | undefined,
  current: unknown,
  now: string,
): object | undefined {
  const wanted = gatewayConditions(judged, confirmation);
  const time = { generation: judged.gateway.metadata.generation ?? 0, now };
  const { conditions, listeners } = record(current);
  if (isStale(conditions, wanted, time)) return undefined;
  const status = {
    ...record(current),
    addresses: (confirmation?.addresses ?? []).map((value) => ({ type: 'IPAddress', value })),
    conditions: mergeConditions(conditions, wanted, time),
    listeners: listenerStatuses(judged, attached, confirmation, listeners, time),
  };
  return stableJson(status) === stableJson(current) ? undefined : status;
}
