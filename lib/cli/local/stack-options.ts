import type { ApplianceConfig } from '../../config/appliances.ts';
import type { BusEvent, Finding, ReceivedEvent } from '../../contract/index.ts';
import type { SourceProblem } from '../../forwarder/index.ts';
import type { GatewaySettings } from '../../gateway/index.ts';
import type { Log } from '../../telemetry/index.ts';
import type { Tracing } from '../../tracing/index.ts';
import type { LocalEndpoint } from './backends.ts';
import type { SkippedIngress } from './skipped.ts';

export interface LocalStackOptions {
  /** Folder of manifests. */
  readonly folder: string;
  readonly cluster?: string;
  /** VIP of Ingresses without `frontend-ip`. */
  readonly defaultVip?: string;
  /** Local endpoints of VIPs and members, by `ip:port`. */
  readonly map?: ReadonlyMap<string, LocalEndpoint>;
  /** Limits of the appliance; none by default, because a folder is its user's own. */
  readonly limits?: Partial<
    Pick<ApplianceConfig, 'frontendIPs' | 'gatewayAddresses' | 'memberNetworks' | 'hostOwnership'>
  >;
  /** What Gateways may have; the defaults of the forwarder where absent. */
  readonly gateway?: GatewaySettings;
  /** What somebody else configured on the appliance before; not together with `stateDir`. */
  readonly foreignConfig?: string;
  /** Folder that keeps archive, sequences and appliance between runs. */
  readonly stateDir?: string;
  /** Seconds that removed back ends drain. */
  readonly drainSeconds?: number;
  /** Only these classes; if absent or empty, those of the controller, and Ingresses without a class (SEL-2). */
  readonly ingressClasses?: readonly string[];
  /** Milliseconds that a change rests before it is published. */
  readonly windowMs?: number;
  /** Receives the URL of the appliance once it listens. */
  readonly onNitro?: (url: string) => void;
  readonly onFrontend?: (event: { address: string; port: number; listen: LocalEndpoint | undefined }) => void;
  /** Receives the error of a front end that cannot listen on its mapped endpoint. */
  readonly onListenError?: (error: NodeJS.ErrnoException & LocalEndpoint) => void;
  readonly onEvent?: (event: BusEvent) => void;
  readonly onOutcome?: (event: ReceivedEvent) => void;
  readonly onStatus?: (ingress: string, addresses: readonly string[]) => void;
  /** Receives a manifest that cannot be used, or a saved line of configuration. */
  readonly onProblem?: (problem: SourceProblem) => void;
  /** Receives a file whose problems are all fixed. */
  readonly onSolved?: (file: string) => void;
  /** Receives an Ingress that requests passthrough, but whose class is not selected. */
  readonly onSkipped?: (ingress: SkippedIngress) => void;
  /** Receives a finding that no event carries. */
  readonly onFinding?: (ingress: string, finding: Finding) => void;
  /** Receives a class that is not in the folder, and is assumed to belong to the controller. */
  readonly onClassAssumed?: (className: string) => void;
  readonly log?: Log;
  /** Default: nothing is traced. */
  readonly tracing?: Tracing;
}
