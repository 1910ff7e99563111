import { visible } from '../contract/index.ts';

/**
 * Classifies NITRO errors by the reaction to them. Codes and names are those of 13.1/14.1.
 *
 * - `session`: the session has ended: log in again once, and repeat.
 * - `credentials`: wrong user or password: read the secret again once; transient for all until it changes.
 * - `gone` / `exists`: the row does not exist, or exists already.
 * - `busy`: back off, then return the batch to the queue.
 * - `secondary`: this node is not the primary.
 * - `done`: done on the primary with a warning about the secondary, or done already.
 * - `referenced`: another object still names this one.
 * - `priority`: the priority is in use.
 * - `limit`: the appliance has no room for more objects of the type.
 * - `licence`: a licence is missing: it concerns the whole appliance, so all batches wait.
 * - `denied`: the user lacks a permission.
 * - `refused`: the appliance rejects this object.
 */
export type NitroErrorKind =
  | 'session'
  | 'credentials'
  | 'gone'
  | 'exists'
  | 'busy'
  | 'secondary'
  | 'done'
  | 'referenced'
  | 'priority'
  | 'limit'
  | 'licence'
  | 'denied'
  | 'refused';

/** Sources: the error listing of 13.1/14.1, and the behaviour of the vendor's own clients. */
const CODES: Readonly<Record<NitroErrorKind, readonly number[]>> = {
  session: [352, 444, 450, 451, 452, 472, 1026, 1027],
  credentials: [354, 355, 1025, 1244],
  gone: [258, 344, 351, 461, 463, 1367, 1540, 2097, 2822, 2823, 2856, 3087, 3093, 3104, 3248],
  exists: [273, 2867, 2883, 304, 428, 429, 433, 528, 532, 1335, 1642, 2963, 3094, 3118],
  busy: [
    256, 268, 272, 291, 292, 293, 316, 366, 412, 439, 445, 446, 447, 459, 603, 1024, 1030, 1056, 1192, 1196, 1198, 1461,
    2827, 3591,
  ],
  secondary: [364, 365, 368, 1028, 1044],
  done: [347, 349, 457, 458],
  referenced: [315, 810, 832, 1070, 1325, 1366, 1371, 1409, 1541, 1598, 2131],
  priority: [1360, 2964, 3041],
  limit: [434, 435, 553, 554, 555, 1072, 3109],
  licence: [356],
  denied: [257, 371, 2138],
  refused: [],
};

/** `Entity already in this state`; in older lists, and with status 401, `Invalid session`. */
const ALREADY_IN_STATE = 451;

const KIND_OF = new Map(Object.entries(CODES).flatMap(([kind, codes]) => codes.map((code) => [code, kind])));

/** Kinds that concern the whole appliance, or that pass: the batch returns to the queue. */
const TRANSIENT: ReadonlySet<NitroErrorKind> = new Set(['session', 'credentials', 'busy', 'secondary', 'licence']);

/**
 * Returns the kind of an error code. The HTTP status decides about an unknown code: 401 requires a log in, 429 and a 5xx
 * other than 599 (the status of NITRO errors) pass.
 */
export function kindOf(code: number, status: number): NitroErrorKind {
  if (code === ALREADY_IN_STATE && status !== 401) return 'done';
  const known = KIND_OF.get(code) as NitroErrorKind | undefined;
  if (known !== undefined) return known;
  if (status === 401) return 'session';
  return status === 429 || (status >= 500 && status !== 599) ? 'busy' : 'refused';
}

/**
 * The appliance rejected a call. Message and code are the appliance's own. The message may quote a value of an Ingress, so
 * it is shown in one line.
 */
export class NitroError extends Error {
  override readonly name = 'NitroError';
  readonly code: number;
  readonly status: number;
  readonly kind: NitroErrorKind;

  constructor(what: string, code: number, status: number, message: string) {
    super(`${what}: ${code} ${visible(message)}`);
    this.code = code;
    this.status = status;
    this.kind = kindOf(code, status);
  }

  /** Returns the same error with a further sentence at its end. */
  with(sentence: string): NitroError {
    const error = new NitroError('', this.code, this.status, '');
    error.message = `${this.message.replace(/\.$/, '')}. ${sentence}`;
    return error;
  }

  get transient(): boolean {
    return TRANSIENT.has(this.kind);
  }
}

/**
 * The appliance could not be reached, or did not answer. If the request was `sent`, its change may or may not have been
 * made, and only a read can tell.
 */
export class NitroUnreachable extends Error {
  override readonly name = 'NitroUnreachable';
  readonly transient = true;
  readonly sent: boolean;
  /** The message without the advice: for lines that repeat with every attempt. */
  readonly brief: string;
  /** The request was a write that was sent: the appliance may still be working on it. */
  readonly mayBeWriting: boolean;

  /**
   * @param advice sentences about what to do next.
   */
  constructor(what: string, reason: string, sent: boolean, advice?: string, mayBeWriting = false) {
    super(advice === undefined ? `${what}: ${reason}` : `${what}: ${reason}. ${advice}`);
    this.sent = sent;
    this.brief = `${what}: ${reason}`;
    this.mayBeWriting = mayBeWriting;
  }

  /** Returns the same error for a request that writes. */
  ofWrite(): NitroUnreachable {
    const error: { -readonly [K in keyof NitroUnreachable]: NitroUnreachable[K] } = new NitroUnreachable(
      '',
      '',
      this.sent,
      undefined,
      this.sent,
    );
    error.message = this.message;
    error.brief = this.brief;
    return error;
  }
}

/** Returns whether an error passes, so that the batch returns to the queue. */
export function isTransient(error: unknown): boolean {
  return (error instanceof NitroError && error.transient) || error instanceof NitroUnreachable;
}
