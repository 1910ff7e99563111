import type { Store, StoredRow } from '../store/store.ts';
import type { ClientHello } from '../wire/client-hello.ts';
import { judgeHello } from './accept-tls.ts';
import type { Arrival } from './arrival.ts';
import { endpointKey } from './endpoint-map.ts';
import type { PacketEngine } from './packet-engine.ts';

/**
 * What a TLS client meets: the members that it may reach (none: a reset), the appliance itself (`terminate`), or an
 * address where nothing listens (`nobody`).
 */
export type Meeting = readonly string[] | 'terminate' | 'nobody';

/** Any client. */
const CLIENT = { address: '198.51.100.7', port: 40_000 };

/**
 * Returns what a TLS client would meet, as the sockets of the data plane decide it, without a connection.
 *
 * @param found the virtual server at the address, if one is UP.
 */
export function meetingOf(
  found: { readonly vserver: StoredRow; readonly store: Store } | undefined,
  server: Arrival['server'],
  engine: PacketEngine,
  hello: ClientHello,
): Meeting {
  if (found === undefined) return 'nobody';
  const verdict = judgeHello({ ...found, client: CLIENT, server }, engine, hello);
  if (verdict.kind === 'terminate') return 'terminate';
  if (verdict.kind !== 'forward') return [];
  return engine.reachable(verdict.lbvserver, found.store).map((one) => endpointKey(one.address, one.port));
}
