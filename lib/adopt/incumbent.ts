import type { Frontend } from '../route/index.ts';
import type { AdoptionRecord } from './record.ts';

/** What the vendor's controller has made on an appliance, as far as passthrough is concerned. */
export interface Incumbent {
  readonly servers: readonly IncumbentServer[];
  /** Balancing servers that policies forward to, by name. */
  readonly targets: ReadonlyMap<string, IncumbentTarget>;
}

/** An addressable virtual server of the incumbent's. */
export interface IncumbentServer {
  /** As it is named now; ours once it was handed over. */
  readonly name: string;
  readonly type: 'csvserver' | 'lbvserver';
  /** `SSL`, `SSL_BRIDGE`, `HTTP`, … */
  readonly servicetype: string;
  readonly frontend: Frontend;
  /** Policies at the ClientHello that are not ours, in the order of their priorities. */
  readonly policies: readonly IncumbentPolicy[];
  /** What else decides where its connections go: content-switching policies, a default server, other policies. */
  readonly others: readonly string[];
  /** Undefined before the first step. */
  readonly record: AdoptionRecord | undefined;
  /** Hosts that we serve on it, by the map of the front end. */
  readonly taken: ReadonlySet<string>;
}

export interface IncumbentPolicy {
  readonly name: string;
  readonly priority: number;
  readonly rule: string;
  readonly action: string;
  /** As the appliance shows it; undefined for its default. */
  readonly undefAction: string | undefined;
  /** Balancing server that the action forwards to; undefined for another action. */
  readonly forward: string | undefined;
  /** The evaluation ends with it: no goto, and nothing invoked. */
  readonly ends: boolean;
  /** Priority of the incumbent's own policy that it stands for; undefined for the incumbent's own. */
  readonly standsFor: number | undefined;
}

export interface IncumbentTarget {
  readonly name: string;
  readonly servicetype: string;
  readonly persistence: string;
  readonly groups: readonly string[];
  /** As the graph compares them; undefined where it has services of its own, which are not read. */
  readonly members: string | undefined;
}
