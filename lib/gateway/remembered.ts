import { list, record, text } from '../ingress/shape.ts';
import type { GatewayConfirmation } from './gateway-status.ts';

/** Returns whether a condition of a type is true. */
const isTrue = (conditions: unknown, type: string): boolean =>
  list(conditions)
    .map(record)
    .some((condition) => condition.type === type && condition.status === 'True');

/**
 * Returns what a status says that the appliance has confirmed (GW-13). A forwarder that begins to lead knows no answer of an
 * appliance, and must not take back what its predecessor was told.
 *
 * @param status of a Gateway of ours as read from the API server, unchecked.
 * @returns undefined where the Gateway is not programmed.
 */
export function rememberedConfirmation(status: unknown): GatewayConfirmation | undefined {
  const { conditions, addresses, listeners } = record(status);
  if (!isTrue(conditions, 'Programmed')) return undefined;
  return {
    addresses: list(addresses).flatMap((each) => text(record(each).value) ?? []),
    listeners: new Set(
      list(listeners).flatMap((each) =>
        isTrue(record(each).conditions, 'Programmed') ? (text(record(each).name) ?? []) : [],
      ),
    ),
  };
}
