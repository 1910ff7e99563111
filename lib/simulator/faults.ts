import { ApplianceError } from './errors.ts';

/** Describes a request to those who may add a fault to it. */
export interface RequestInfo {
  /** Number of the request, counted from 1 since the start or the last `requests.reset()`. */
  readonly n: number;
  readonly method: string;
  /** `login`, `get`, `add`, `update`, `delete`, or the action. */
  readonly operation: string;
  readonly kind: string;
  readonly url: string;
  /** The parsed body; undefined when it is not JSON. */
  readonly body: unknown;
  /** Number of objects that the request writes. */
  readonly objects: number;
}

/**
 * A fault that replaces or delays the answer to a request.
 * - `error`: refuses with this code and does nothing
 * - `status`: answers with a bare HTTP status and does nothing
 * - `delay`: waits, then does the request
 * - `reset`: resets the connection, before or after the request is done
 * - `hang`: never answers, before or after the request is done
 */
export type Fault =
  | { readonly type: 'error'; readonly code: number; readonly status?: number }
  | { readonly type: 'status'; readonly status: number }
  | { readonly type: 'delay'; readonly ms: number }
  | { readonly type: 'reset'; readonly when: 'before' | 'after' }
  | { readonly type: 'hang'; readonly when: 'before' | 'after' };

export type OnRequest = (request: RequestInfo) => Fault | undefined | Promise<Fault | undefined>;

/** A fault that is set over the simulator's own path. */
export interface FaultRule {
  /** Matches requests of this kind, method and operation; absent matches all. */
  readonly kind?: string;
  readonly method?: string;
  readonly operation?: string;
  /** First matching request that gets the fault, counted from 1. */
  readonly nth?: number;
  /** Number of requests that get the fault; unlimited when absent. */
  readonly times?: number;
  /** Milliseconds for each object that is written, in addition to `fault`. */
  readonly perObjectMs?: number;
  readonly fault?: Fault;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Active {
  readonly rule: FaultRule;
  seen: number;
  done: number;
}

/** Applies rules in the order in which they were set: the first match decides, delays add up. */
export class Faults {
  #active: Active[] = [];

  set(rules: readonly FaultRule[]): void {
    this.#active = rules.map((rule) => ({ rule, seen: 0, done: 0 }));
  }

  list(): { rule: FaultRule; seen: number; done: number }[] {
    return this.#active.map((one) => ({ ...one }));
  }

  /** Returns the delay in milliseconds and the fault of the first matching rule. */
  apply(request: RequestInfo): { delayMs: number; fault: Fault | undefined } {
    let delayMs = 0;
    let fault: Fault | undefined;
    for (const active of this.#active) {
      if (!fits(active.rule, request)) continue;
      active.seen += 1;
      if (active.seen < (active.rule.nth ?? 1) || active.done >= (active.rule.times ?? Number.POSITIVE_INFINITY))
        continue;
      active.done += 1;
      delayMs += (active.rule.perObjectMs ?? 0) * request.objects;
      if (active.rule.fault?.type === 'delay') delayMs += active.rule.fault.ms;
      else fault ??= active.rule.fault;
    }
    return { delayMs, fault };
  }

  /**
   * Waits as long as the rules say.
   *
   * @param own decides before the rules
   * @returns the fault to apply
   */
  async intervene(request: RequestInfo, own?: OnRequest): Promise<Fault | undefined> {
    const first = await own?.(request);
    const { delayMs, fault } = this.apply(request);
    const total = delayMs + (first?.type === 'delay' ? first.ms : 0);
    if (total > 0) await wait(total);
    return first === undefined || first.type === 'delay' ? fault : first;
  }
}

function fits(rule: FaultRule, request: RequestInfo): boolean {
  const same = (wanted: string | undefined, got: string): boolean =>
    wanted === undefined || wanted.toLowerCase() === got.toLowerCase();
  return same(rule.kind, request.kind) && same(rule.method, request.method) && same(rule.operation, request.operation);
}

export function faultError(fault: Extract<Fault, { type: 'error' }>): ApplianceError {
  return new ApplianceError(fault.code, undefined, fault.status);
}
