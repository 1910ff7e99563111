import type { ReadKind } from '../source/known-kinds.ts';
import type { SourceObject, SourceProblem } from '../source/source.ts';
import { WATCHED } from './kinds.ts';
import type { Restart } from './object-sink.ts';
import type { Reflector } from './reflector.ts';

/** The health of the watch of one kind. */
export interface KindHealth {
  readonly kind: ReadKind;
  readonly objects: number;
  /** A whole list was read since the start. */
  readonly listed: boolean;
  /** Its last list was empty and is not believed: nothing is reported until a list is believed. */
  readonly doubted: boolean;
  /** Reason for which the kind cannot be read. */
  readonly problem: string | undefined;
  /** Milliseconds since the server last sent anything for the kind; undefined where it never did, or is not asked. */
  readonly silentMs: number | undefined;
  readonly restarts: Readonly<Partial<Record<Restart, number>>>;
}

/** What is known of one kind, and the reading of it. */
export interface KindState {
  /** By `namespace/name`. */
  readonly objects: Map<string, SourceObject>;
  /** Statuses of objects of the Gateway API, as `comparableStatus` writes them, by `namespace/name`. */
  readonly statuses: Map<string, string>;
  readonly restarts: Partial<Record<Restart, number>>;
  /** Undefined while the server does not serve the kind. */
  reading: { readonly reflector: Reflector; readonly path: string; readonly stop: AbortController } | undefined;
  listed: boolean;
  /** The last list was empty, which cannot be true. */
  doubted: boolean;
  /** Whether the doubt is logged. */
  doubtLogged: boolean;
  /** An operator confirmed the empty list; valid until a list holds something. */
  confirmed: boolean;
  problem: string | undefined;
}

export function newKindState(): KindState {
  return {
    objects: new Map(),
    statuses: new Map(),
    restarts: {},
    reading: undefined,
    listed: false,
    doubted: false,
    doubtLogged: false,
    confirmed: false,
    problem: undefined,
  };
}

/**
 * Returns the health of a kind.
 *
 * @param judged the listener judges doubtful lists itself.
 * @param now by the monotonic clock.
 */
export function healthOf(kind: ReadKind, state: KindState, judged: boolean, now: number): KindHealth {
  const { objects, listed, doubted, problem, reading, restarts } = state;
  const contactAt = reading?.reflector.contactAt;
  return {
    kind,
    objects: objects.size,
    listed,
    doubted: doubted && !judged,
    problem,
    silentMs: contactAt === undefined ? undefined : now - contactAt,
    restarts,
  };
}

/** Returns the reasons for which kinds cannot be read. */
export function problemsOf(kinds: ReadonlyMap<ReadKind, KindState>): SourceProblem[] {
  return [...kinds].flatMap(([kind, { problem }]) =>
    problem === undefined ? [] : [{ file: WATCHED[kind].path, line: 1, message: problem }],
  );
}
