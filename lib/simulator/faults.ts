import { ApplianceError } from './errors.ts';

/** What a request or a command of it is about. */
export interface RequestInfo {
  /** Counted from 1 since the start, or the last `requests.reset()`. */
  readonly n: number;
  readonly method: string;
  /** `login`, `get`, `add`, `update`, `delete`, or the action. */
  readonly operation: string;
  readonly kind: string;
  readonly url: string;
  /** Parsed; undefined where it is no JSON. */
  readonly body: unknown;
  /** Objects that it writes. */
  readonly objects: number;
}

/**
 * What is done to a request instead of, or before, answering it.
 * - `error`: refused with this code, nothing is done
 * - `status`: a bare HTTP answer, nothing is done
 * - `delay`: done, after this time
 * - `reset`: the connection is reset, before anything is done or after all of it
 * - `hang`: never answered, before or after
 */
export type Fault =
  | { readonly type: 'error'; readonly code: number; readonly status?: number }
  | { readonly type: 'status'; readonly status: number }
  | { readonly type: 'delay'; readonly ms: number }
  | { readonly type: 'reset'; readonly when: 'before' | 'after' }
  | { readonly type: 'hang'; readonly when: 'before' | 'after' };

export type OnRequest = (request: RequestInfo) => Fault | undefined | Promise<Fault | undefined>;

/** A fault that is set over the admin path. */
export interface FaultRule {
  /** Only requests of this kind, this method, this operation. */
  readonly kind?: string;
  readonly method?: string;
  readonly operation?: string;
  /** From the nth that fits on, counted from 1. */
  readonly nth?: number;
  /** So many times; for ever where absent. */
  readonly times?: number;
  /** Milliseconds for each object that is written, beside `fault`. */
  readonly perObjectMs?: number;
  readonly fault?: Fault;
}

interface Active {
  readonly rule: FaultRule;
  seen: number;
  done: number;
}

/** Rules in the order in which they were set: the first that fits decides, delays add up. */
export class Faults {
  #active: Active[] = [];

  set(rules: readonly FaultRule[]): void {
    this.#active = rules.map((rule) => ({ rule, seen: 0, done: 0 }));
  }

  list(): { rule: FaultRule; seen: number; done: number }[] {
    return this.#active.map((one) => ({ ...one }));
  }

  /** Delay in milliseconds, and what else is to be done. */
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
}

function fits(rule: FaultRule, request: RequestInfo): boolean {
  const same = (wanted: string | undefined, got: string): boolean =>
    wanted === undefined || wanted.toLowerCase() === got.toLowerCase();
  return same(rule.kind, request.kind) && same(rule.method, request.method) && same(rule.operation, request.operation);
}

export function faultError(fault: Extract<Fault, { type: 'error' }>): ApplianceError {
  return new ApplianceError(fault.code, undefined, fault.status);
}
