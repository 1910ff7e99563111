import { createSecureContext, TLSSocket } from 'node:tls';
import type { Store, StoredRow } from '../store/store.ts';
import { acceptHttp } from './accept-http.ts';
import type { Arrival } from './arrival.ts';
import type { PacketEngine } from './packet-engine.ts';
import { reset } from './relay.ts';

function ownCertificate(vserver: string, store: Store): StoredRow | undefined {
  for (const binding of store.bindings('sslvserver_sslcertkey_binding', vserver)) {
    if (binding.ca !== true && binding.snicert !== true) return store.object('sslcertkey', String(binding.certkeyname));
  }
  return undefined;
}

/**
 * Shakes hands with the server's own certificate, as an appliance does when no policy takes the client. A misconfigured
 * passthrough shows by this certificate.
 */
export async function terminate(arrival: Arrival, engine: PacketEngine, first: Buffer): Promise<void> {
  const { socket, store, vserver } = arrival;
  const certkey = ownCertificate(String(vserver.name), store);
  const key = certkey?.key === undefined ? undefined : engine.readFile(String(certkey.key));
  if (certkey?.$certificate === undefined || key === undefined) return reset(socket);
  socket.unshift(first);
  const secure = new TLSSocket(socket, {
    isServer: true,
    secureContext: createSecureContext({ cert: String(certkey.$certificate), key }),
  });
  secure.on('error', () => reset(socket));
  acceptHttp({ ...arrival, socket: secure }, engine);
}
