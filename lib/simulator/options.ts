import type { ConsoleOptions } from './console.ts';
import type { MemberAddress, SimulatedEndpoint } from './data/endpoint-map.ts';
import type { FrontendEvent } from './data/frontends.ts';
import type { OnRequest } from './faults.ts';

export interface SimulatorOptions {
  /** Where NITRO listens; 127.0.0.1 and a free port by default. */
  readonly listen?: { readonly host?: string; readonly port?: number };
  /** Key and certificate as PEM: NITRO over https. */
  readonly https?: { readonly key: string; readonly cert: string };
  /** First administrator; `nsroot` by default. */
  readonly username?: string;
  readonly password?: string;
  /** Release and build that it says it is; `14.1-51.80` by default. */
  readonly version?: string;
  /** Milliseconds since the epoch: every time that it shows and every time-out of its own. */
  readonly now?: () => number;
  /** Milliseconds from any start, for when the next probe of a monitor is due. */
  readonly monotonic?: () => number;
  /** How long NITRO holds an idle connection open; 5 s by default, as the appliance's web server does. */
  readonly keepAliveMs?: number;
  /** Where an address of the appliance's world lives on this machine: `ip:port` → host and port. */
  readonly map?: ReadonlyMap<string, SimulatedEndpoint>;
  /** Called for a member address that the map does not have; returns where it lives (may start it). */
  readonly resolveMember?: (member: MemberAddress) => Promise<SimulatedEndpoint | undefined>;
  /**
   * A front end began or stopped listening, with its place on this machine. An unmapped VIP gets a free loopback
   * port, the same for the life of the process.
   */
  readonly onFrontend?: (event: FrontendEvent) => void;
  /** Running configuration to start from: text of `runningConfig()`. */
  readonly config?: string;
  /** File of the saved configuration: `nsconfig?action=save` writes it, a start without `config` loads it. */
  readonly saveFile?: string;
  /** The file cannot be written: the client has only heard that its save failed. */
  readonly onSaveFailed?: (error: NodeJS.ErrnoException) => void;
  /** Told once of each part of the configuration that is kept and has no effect here, e.g. of an expression. */
  readonly onNote?: (note: string) => void;
  /** A second node: a pair for high availability. `listen` is where the second one's NITRO listens. */
  readonly ha?: { readonly listen?: { readonly host?: string; readonly port?: number } };
  /** A NetScaler Console as proxy in front of the appliance. */
  readonly console?: ConsoleOptions;
  /** Sees each request before it is handled and may do something to it. */
  readonly onRequest?: OnRequest;
}
