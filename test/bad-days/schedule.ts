import type { K8sKind } from '../../lib/ingress/kubernetes.ts';

/** Clusters of every world. Names are part of a schedule. */
export const CLUSTERS = ['east', 'west'] as const;

/** An appliance of a world, and what it serves. */
export interface AppliancePlan {
  readonly name: string;
  readonly pair: boolean;
  readonly clusters: readonly string[];
  readonly vips: readonly string[];
}

/** What stays the same during a run. */
export interface WorldPlan {
  readonly appliances: readonly AppliancePlan[];
  /** Hours between two scheduled snapshots of a cluster, and between two audits. */
  readonly intervalHours: number;
  readonly drainSeconds: number;
  readonly prune: { readonly percent: number; readonly minimum: number };
  /** Whether calm steps also open real TLS connections to real back ends. */
  readonly sockets: boolean;
}

/** How a call to an appliance goes wrong. */
export type Breakage = 'lost-before' | 'lost-after' | 'busy' | 'refused' | 'reboot' | 'failover' | 'hand';

/** What the bus does with events. */
export type BusMode = 'refuse' | 'partial' | 'unsure' | 'black-hole' | 'disorder';

/** Changes by tenants. */
export type TenantAction =
  | {
      readonly do: 'ingress';
      readonly cluster: string;
      /** `namespace/name`. */
      readonly name: string;
      readonly hosts: readonly string[];
      readonly vip: string;
      readonly service: string;
    }
  | { readonly do: 'delete'; readonly cluster: string; readonly name: string }
  | { readonly do: 'deselect'; readonly cluster: string; readonly name: string }
  | { readonly do: 'members'; readonly cluster: string; readonly service: string; readonly count: number };

/** Faults. Times are in minutes. */
export type FaultAction =
  | { readonly do: 'api-down'; readonly cluster: string; readonly minutes: number }
  | { readonly do: 'api-empty'; readonly cluster: string; readonly kind: K8sKind; readonly minutes: number }
  | { readonly do: 'api-expire'; readonly cluster: string }
  | { readonly do: 'api-stale'; readonly cluster: string; readonly minutes: number }
  | { readonly do: 'api-half-page'; readonly cluster: string; readonly times: number }
  | { readonly do: 'leader-kill'; readonly cluster: string; readonly minutes: number }
  | { readonly do: 'starve'; readonly cluster: string; readonly minutes: number }
  | { readonly do: 'bus'; readonly mode: BusMode; readonly minutes: number }
  | { readonly do: 'redeliver'; readonly appliance: string; readonly times: number }
  | { readonly do: 'kill'; readonly appliance: string; readonly call: number; readonly after: boolean }
  | {
      readonly do: 'break';
      readonly appliance: string;
      readonly call: number;
      readonly how: Breakage;
      readonly pick: number;
    }
  | { readonly do: 'functions-off'; readonly minutes: number }
  | { readonly do: 'slow'; readonly appliance: string; readonly minutes: number; readonly ms: number }
  | { readonly do: 'full'; readonly appliance: string; readonly minutes: number; readonly type: string }
  | { readonly do: 'unreachable'; readonly appliance: string; readonly minutes: number }
  | { readonly do: 'reboot'; readonly appliance: string; readonly save: boolean }
  | { readonly do: 'failover'; readonly appliance: string }
  | { readonly do: 'restore'; readonly appliance: string; readonly back: number }
  | { readonly do: 'sessions'; readonly appliance: string; readonly count: number; readonly minutes: number }
  | { readonly do: 'hand'; readonly appliance: string; readonly kind: string; readonly pick: number }
  | { readonly do: 'replay'; readonly fromMinutesAgo: number; readonly minutes: number };

/** Faults end, and the world must converge. */
export interface CalmAction {
  readonly do: 'calm';
}

export type Action = TenantAction | FaultAction | CalmAction;

/** One action, at a time in minutes from the start. */
export type Step = Action & { readonly at: number };

/** A whole run: plain JSON, from a seed or shrunk by hand or machine. */
export interface Schedule {
  readonly seed: number;
  readonly days: number;
  readonly world: WorldPlan;
  /** Sorted by time. */
  readonly steps: readonly Step[];
}

export const TENANT_ACTIONS: ReadonlySet<Action['do']> = new Set(['ingress', 'delete', 'deselect', 'members']);

/** Returns a step in one line, for reports. */
export function describeStep({ at, ...action }: Step): string {
  const { do: what, ...rest } = action;
  const days = Math.floor(at / 1440);
  const time = `day ${days + 1} ${String(Math.floor((at % 1440) / 60)).padStart(2, '0')}:${String(Math.floor(at % 60)).padStart(2, '0')}`;
  const fields = Object.entries(rest).map(
    ([name, value]) => `${name}=${Array.isArray(value) ? value.join(',') : value}`,
  );
  return [time, what, ...fields].join(' ');
}
