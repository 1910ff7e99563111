import type { AssignedAddresses } from '../../gateway/index.ts';
import { list, record, text } from '../../ingress/shape.ts';
import type { ClusterSource } from '../source/source.ts';
import { refOf } from '../state/ingress-ref.ts';
import type { GatewayConfirmations } from './gateway-confirmations.ts';

/** Returns the addresses in the status of a Gateway. @param json the status, unchecked; undefined for none. */
function addressesIn(json: string | undefined): string[] {
  if (json === undefined) return [];
  return list(record(JSON.parse(json)).addresses).flatMap((each) => text(record(each).value) ?? []);
}

/**
 * Returns the look-up of the addresses that appliances have chosen for a Gateway (GW-6), sorted: those that they have
 * confirmed to this forwarder, and those in the status. A forwarder that begins to lead knows no answer; the addresses of its
 * predecessor stand in the status.
 */
export function assignedAddresses(
  confirmations: Pick<GatewayConfirmations, 'get'>,
  source: Pick<ClusterSource, 'statusOf'>,
): AssignedAddresses {
  return (gateway) => {
    const { namespace, name } = refOf(gateway);
    const confirmed = confirmations.get(gateway)?.addresses ?? [];
    return [...new Set([...confirmed, ...addressesIn(source.statusOf?.('Gateway', namespace, name))])].sort();
  };
}
