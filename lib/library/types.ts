import type { LintFinding } from '../ingress/lint-finding.ts';
import type { RouteChange, WaitingClaim } from '../preview/route-change.ts';

/** Name of each file → its text, YAML or JSON. Findings name the file. */
export type ManifestFiles = Readonly<Record<string, string>> | ReadonlyMap<string, string>;

/** Options that decide which Ingresses are judged, and by which rules. */
export interface RulesOptions {
  /** Text of `appliances.yml`. Without it, all addresses and hosts are allowed. */
  readonly config?: string;
  /** Name of an appliance in `config`; needed if it has several. */
  readonly appliance?: string;
  /** VIP of Ingresses without the annotation `frontend-ip`. */
  readonly defaultVip?: string;
  /** Only these ingress classes; those of the vendor's controller if absent or empty. */
  readonly classNames?: readonly string[];
}

/** Options of `lint`. */
export interface LintOptions extends RulesOptions {
  /** Codes of findings that are left out. */
  readonly ignore?: readonly string[];
}

/** Options of `plan`. */
export interface PlanOptions extends RulesOptions {
  /** Name of the cluster in the result; `local` by default. */
  readonly cluster?: string;
}

/** A NetScaler command that a plan would write. */
export interface PlannedObject {
  /** First word of the command. */
  readonly op: string;
  readonly command: string;
}

/** Everything that a plan has found out, as `nspass plan -o json` prints it. Fields are only ever added. */
export interface PlanJson {
  /** Number of routes in each kind of change. */
  readonly summary: { readonly add: number; readonly change: number; readonly remove: number };
  readonly routes: readonly RouteChange[];
  /** Claims that get no host, because an older one has it. */
  readonly waiting: readonly WaitingClaim[];
  /** Commands, in order; empty where no appliance was asked. */
  readonly objects: readonly PlannedObject[];
  /** Findings about the desired manifests. */
  readonly findings: readonly LintFinding[];
  /** Sentences about the plan as a whole. */
  readonly warnings: readonly string[];
}
