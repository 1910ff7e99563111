import { describe, expect, it } from 'vitest';
import { isTransient, kindOf, NitroError, type NitroErrorKind, NitroUnreachable } from '../../../lib/nitro/index.ts';

/** What each code means for us: the decisions of the fact sheet's table, and what its codes stand beside. */
const TABLE: Record<NitroErrorKind, { codes: number[]; transient: boolean }> = {
  // Log in again, once: 444 expired or killed, 451, 1027 not logged in or timed out, 352, 450, 452, 472, 1026 alike.
  session: { codes: [444, 451, 1027, 352, 450, 452, 472, 1026], transient: true },
  // Wrong user or password; 1244 per-call credentials are switched off.
  credentials: { codes: [354, 355, 1244, 1025], transient: true },
  // No such resource; no such pattern, key, server, SSL vserver, SSL service; not bound.
  gone: { codes: [258, 2822, 2856, 351, 461, 463, 1367, 1540, 2097, 2823, 3093, 3104], transient: false },
  // Already there, already bound, address or name taken.
  exists: { codes: [273, 2867, 2883, 304, 428, 429, 433, 528, 532, 1335, 2963, 3094, 3118], transient: false },
  // Busy, sync in progress (412), clear in progress (439), session and connection limits (445, 446, 447).
  busy: {
    codes: [
      256, 268, 272, 291, 292, 293, 316, 366, 412, 439, 445, 446, 447, 459, 603, 1024, 1030, 1056, 1192, 1196, 1198,
      1461, 2827, 3591,
    ],
    transient: true,
  },
  // Not the primary.
  secondary: { codes: [1028, 364, 365, 368, 1044], transient: true },
  // Done on the primary; the secondary will be synchronised.
  done: { codes: [347, 349, 457, 458], transient: false },
  // Something names it.
  referenced: { codes: [315, 810, 832, 1070, 1325, 1371, 1598, 1366, 1541, 2131, 1409], transient: false },
  priority: { codes: [1360, 2964, 3041], transient: false },
  limit: { codes: [434, 435, 553, 554, 555, 1072, 3109], transient: false },
  licence: { codes: [356], transient: true },
  denied: { codes: [257, 371, 2138], transient: false },
  // Bad values: 278 argument, 1048/1049/1106 too long, 594/596/3081–3084 expression.
  refused: { codes: [278, 1048, 1049, 1106, 594, 596, 3081, 3082, 3083, 3084, 1090, 1097], transient: false },
};

describe('the message of an answer', () => {
  it('that quotes a value with controls is shown in one line', () => {
    const { message } = new NitroError('add lbmonitor', 278, 599, 'Invalid argument [GET /\r\nrm x\u001b[2J]');
    expect(message).toBe('add lbmonitor: 278 Invalid argument [GET /\ufffd\ufffdrm x\ufffd[2J]');
  });
});

describe('the error table', () => {
  for (const [kind, { codes, transient }] of Object.entries(TABLE)) {
    it(`${kind}: ${transient ? 'passes, or concerns the appliance as a whole' : 'is final for the object'}`, () => {
      for (const code of codes) {
        const error = new NitroError('add', code, kind === 'session' ? 401 : 599, 'because');
        expect([code, error.kind, error.transient]).toEqual([code, kind, transient]);
      }
    });
  }

  it('names a code once', () => {
    const all = Object.values(TABLE).flatMap(({ codes }) => codes);
    expect(new Set(all).size).toBe(all.length);
  });

  it('451 is two errors: of the session with status 401, of an entity that is so already otherwise', () => {
    expect([kindOf(451, 401), kindOf(451, 599), kindOf(451, 207)]).toEqual(['session', 'done', 'done']);
  });

  const unknown: [status: number, kind: NitroErrorKind, why: string][] = [
    [401, 'session', 'a log in is wanted'],
    [429, 'busy', 'too many requests'],
    [500, 'busy', 'a 5xx passes'],
    [503, 'busy', 'a 5xx passes'],
    [599, 'refused', 'an error of the appliance about this object'],
    [207, 'refused', 'an item of a bulk call'],
    [400, 'refused', 'a 4xx is final'],
    [404, 'refused', 'without a code it is the type that is unknown, not the object'],
    [302, 'refused', 'a redirection is no answer of NITRO'],
  ];
  it.each(unknown)('an unknown code with status %i is %s: %s', (status, kind) => {
    expect(kindOf(987_654, status)).toBe(kind);
    expect(kindOf(0, status)).toBe(kind);
  });
});

describe('isTransient', () => {
  it.each([
    [new NitroUnreachable('read', 'ECONNRESET', true), true],
    [new NitroError('read', 272, 599, 'Device busy'), true],
    [new NitroError('add', 278, 599, 'Invalid argument'), false],
    [new Error('a defect of ours'), false],
    [undefined, false],
  ])('%s: %s', (error, expected) => {
    expect(isTransient(error)).toBe(expected);
  });
});
