import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server } from 'node:tls';
import { selfSigned } from '../../lib/nitro/self-signed.ts';
import type { SimulatedEndpoint } from '../../lib/simulator/index.ts';
import { tenantOf } from './model.ts';
import type { World } from './world.ts';

/** Pods as real TLS servers of this machine, each started when a client first reaches it. It says who it is. */
export class Pods {
  readonly #servers = new Map<string, Promise<Server>>();
  readonly #certificate = selfSigned({ commonName: 'pod', algorithm: 'ecdsa', days: 30, now: Date.now() });

  readonly resolve = async (member: { address: string; port: number }): Promise<SimulatedEndpoint> => {
    const name = `${member.address}:${member.port}`;
    const server = this.#servers.get(name) ?? this.#start(name);
    this.#servers.set(name, server);
    const { port } = (await server).address() as AddressInfo;
    return { host: '127.0.0.1', port };
  };

  async #start(name: string): Promise<Server> {
    const server = createServer(await this.#certificate, (socket) => {
      socket.on('error', () => undefined);
      socket.end(`${tenantOf(name)} at ${name}`);
    });
    // Monitors of the appliance connect and say nothing.
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  async stop(): Promise<void> {
    for (const server of this.#servers.values()) (await server).close();
  }
}

/** Returns what a real TLS client reads, or `reset`. */
function read(place: SimulatedEndpoint, servername: string | undefined): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({
      ...place,
      rejectUnauthorized: false,
      ...(servername === undefined ? {} : { servername }),
    });
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString();
    });
    socket.once('error', () => resolve('reset'));
    socket.once('close', () => resolve(text === '' ? 'reset' : text));
  });
}

/**
 * Connects to every name at every address, and compares who answers with what the model says (I1, I2).
 *
 * @returns the number of connections.
 */
export async function connectToAll(world: World): Promise<number> {
  let connections = 0;
  for (const { appliance, vip, name, should } of world.watch.routes()) {
    const place = appliance.simulator.frontends.get(`${vip}:443`);
    const is = place === undefined ? 'reset' : await read(place, name);
    connections += 1;
    const members = should === 'reset' ? ['reset'] : should.split(',').map((each) => `${tenantOf(each)} at ${each}`);
    if (members.includes(is)) continue;
    const what = `a TLS client of ${name ?? '(no name)'} at ${appliance.name} ${vip} reads "${is}" instead of ${members.join(' or ')}`;
    world.violate({ id: 'I1', at: world.clock.now(), what });
  }
  return connections;
}
