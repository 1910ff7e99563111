import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** Verification of TLS to the appliance: always on, unless a laboratory turns it off. */
export interface TlsTrust {
  /** PEM of the authority that signed the appliance's certificate; the system's authorities where absent. */
  readonly ca?: string;
  readonly verify: boolean;
  /** Name that the certificate must have; the endpoint's host where absent. */
  readonly serverName?: string;
}

/** Sockets for one endpoint: a session's concurrent requests, and a log in. */
const SOCKETS = 5;

/** Milliseconds after which an idle connection is not used again: servers close it after 5 s (Apache, Node). */
const LONGEST_IDLE_MS = 3_000;

/** Kept-alive connections to one endpoint. */
export interface Connections {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  /**
   * Closes connections that were idle for so long that the server may have closed them. Call it before each request:
   * after a long computation the event loop has not run, so the close is not known yet, and a write into such a connection
   * has an unknown outcome.
   */
  dropIdle(): void;
}

/** @param now milliseconds of a clock that never goes back. */
export function keepConnections(tls: TlsTrust, now: () => number): Connections {
  const keepAlive = { keepAlive: true, maxSockets: SOCKETS };
  const http = new HttpAgent(keepAlive);
  const https = new HttpsAgent({
    ...keepAlive,
    rejectUnauthorized: tls.verify,
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  });
  const idleSince = new WeakMap<object, number>();
  const agents: readonly HttpAgent[] = [http, https];
  for (const agent of agents) {
    const keep = agent.keepSocketAlive;
    agent.keepSocketAlive = (socket) => {
      idleSince.set(socket, now());
      // The result tells the agent whether to keep the socket.
      return keep.call(agent, socket);
    };
  }
  return {
    http,
    https,
    dropIdle() {
      for (const socket of agents.flatMap((agent) => Object.values(agent.freeSockets).flat())) {
        if (socket !== undefined && now() - (idleSince.get(socket) ?? 0) > LONGEST_IDLE_MS) socket.destroy();
      }
    },
  };
}
