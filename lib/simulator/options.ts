import type { ApplianceBehaviour } from '../appliance-facts/index.ts';
import type { ConsoleOptions } from './console.ts';
import type { MemberAddress, SimulatedEndpoint } from './data/endpoint-map.ts';
import type { FrontendEvent } from './data/frontends.ts';
import type { OnRequest } from './faults.ts';
import type { OnExchange } from './http/exchange.ts';

export interface SimulatorOptions {
  /** Address of NITRO; 127.0.0.1 and a free port by default. */
  readonly listen?: { readonly host?: string; readonly port?: number };
  /** Key and certificate in PEM; NITRO is served over https when they are given. */
  readonly https?: { readonly key: string; readonly cert: string };
  /** The first administrator; `nsroot` by default. */
  readonly username?: string;
  readonly password?: string;
  /** Release and build that the simulator reports; `14.1-51.80` by default. */
  readonly version?: string;
  /** Facts of the simulated build, where it differs from the simulator's own choices. */
  readonly facts?: Partial<ApplianceBehaviour>;
  /** Returns milliseconds since the epoch, for every time shown and every time-out. */
  readonly now?: () => number;
  /** Returns milliseconds from any start, for when the next probe of a monitor is due. */
  readonly monotonic?: () => number;
  /** Milliseconds that NITRO keeps an idle connection open; 5 s by default, as the appliance's web server does. */
  readonly keepAliveMs?: number;
  /** Maps simulated addresses (`ip:port`) to local ones. */
  readonly map?: ReadonlyMap<string, SimulatedEndpoint>;
  /** Returns the local address of a member that `map` does not have, and may start the member. */
  readonly resolveMember?: (member: MemberAddress) => Promise<SimulatedEndpoint | undefined>;
  /**
   * Called when a front end starts or stops listening. An unmapped VIP gets a free loopback port, the same for the life
   * of the process.
   */
  readonly onFrontend?: (event: FrontendEvent) => void;
  /** Running configuration to start from, as `runningConfig()` returns it. */
  readonly config?: string;
  /** File of the saved configuration: `nsconfig?action=save` writes it, a start without `config` loads it. */
  readonly saveFile?: string;
  /** Called when the file cannot be written; the client only learns that its save failed. */
  readonly onSaveFailed?: (error: NodeJS.ErrnoException) => void;
  /** Called once for each part of the configuration that is kept without effect, e.g. an expression. */
  readonly onNote?: (note: string) => void;
  /** A second node that makes a pair for high availability, and the address of its NITRO. */
  readonly ha?: { readonly listen?: { readonly host?: string; readonly port?: number } };
  /** A NetScaler Console as proxy in front of the simulator. */
  readonly console?: ConsoleOptions;
  /** Called with each request before it is handled; returns a fault to apply. */
  readonly onRequest?: OnRequest;
  /** Called with each request and the answer that its client gets. */
  readonly onExchange?: OnExchange;
}
