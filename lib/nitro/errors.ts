/**
 * What each NITRO error means for us, as data. Codes and names are those of 13.1/14.1; the decision is ours.
 *
 * - `session`: log in again once, and repeat.
 * - `credentials`: wrong user or password: re-read the secret once; transient for all until it changes.
 * - `gone` / `exists`: the row is not, or already, there.
 * - `busy`: back off, then back to the queue.
 * - `secondary`: this node is not the primary.
 * - `done`: done on the primary, a warning otherwise; or it is so already.
 * - `referenced`: something else still names it.
 * - `priority`: that priority is taken.
 * - `limit`: the appliance takes no more of these.
 * - `licence`: it is not licensed for that: the appliance as a whole, so all wait until it is.
 * - `denied`: our user may not.
 * - `refused`: this object is not acceptable.
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

/** Sources: the error listing of 13.1/14.1, and what the vendor's own clients do. */
export const CODES: Readonly<Record<NitroErrorKind, readonly number[]>> = {
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
const ALREADY_SO = 451;

const KIND_OF = new Map(Object.entries(CODES).flatMap(([kind, codes]) => codes.map((code) => [code, kind])));

/** Kinds that concern the appliance as a whole, or pass: the queue brings the batch again. */
const TRANSIENT: ReadonlySet<NitroErrorKind> = new Set(['session', 'credentials', 'busy', 'secondary', 'licence']);

/**
 * The kind of an error code. An unknown one is judged by its HTTP status: 401 wants a log in, 429 and a 5xx other than
 * 599 (an error of the appliance's own) pass.
 */
export function kindOf(code: number, status: number): NitroErrorKind {
  if (code === ALREADY_SO && status !== 401) return 'done';
  const known = KIND_OF.get(code) as NitroErrorKind | undefined;
  if (known !== undefined) return known;
  if (status === 401) return 'session';
  return status === 429 || (status >= 500 && status !== 599) ? 'busy' : 'refused';
}

/** The appliance said no. Message and code are the appliance's own; nothing that we sent stands in it. */
export class NitroError extends Error {
  override readonly name = 'NitroError';
  readonly code: number;
  readonly status: number;
  readonly kind: NitroErrorKind;

  constructor(what: string, code: number, status: number, message: string) {
    super(`${what}: ${code} ${message}`);
    this.code = code;
    this.status = status;
    this.kind = kindOf(code, status);
  }

  /** The same error with a remark on its end, after a full stop. */
  with(remark: string): NitroError {
    const error = new NitroError('', this.code, this.status, '');
    error.message = `${this.message.replace(/\.$/, '')}. ${remark}`;
    return error;
  }

  get transient(): boolean {
    return TRANSIENT.has(this.kind);
  }
}

/**
 * The appliance could not be reached, or did not answer. Where the request was `sent`, what it asked for may or may not
 * have been done, and only reading tells.
 */
export class NitroUnreachable extends Error {
  override readonly name = 'NitroUnreachable';
  readonly transient = true;
  readonly sent: boolean;
  /** The message without the advice: for a line that comes again with every attempt. */
  readonly brief: string;
  /** The request was a write that was sent: the appliance may still be at work on it. */
  readonly mayBeWriting: boolean;

  /**
   * @param advice sentences about what to do.
   * @param mayBeWriting the request was a write, and it was sent.
   */
  constructor(what: string, reason: string, sent: boolean, advice?: string, mayBeWriting = false) {
    super(advice === undefined ? `${what}: ${reason}` : `${what}: ${reason}. ${advice}`);
    this.sent = sent;
    this.brief = `${what}: ${reason}`;
    this.mayBeWriting = mayBeWriting;
  }

  /** Returns the same error of a request that writes. */
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

export function isTransient(error: unknown): boolean {
  return (error instanceof NitroError && error.transient) || error instanceof NitroUnreachable;
}
