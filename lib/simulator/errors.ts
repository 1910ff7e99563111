import messages from './schema/errors.json' with { type: 'json' };

/** Reason phrases of NITRO's HTTP statuses; clients compare the whole status line. */
export const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  207: 'Multi Status',
  209: 'X-NITRO-WARNING',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  409: 'Conflict',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  599: 'Netscaler specific error',
};

const statuses: ReadonlyMap<number, number> = new Map([
  ...[
    258, 344, 351, 373, 461, 462, 463, 538, 864, 1232, 1540, 1542, 2054, 2171, 2626, 2755, 2822, 2823, 2856, 3087, 3248,
    3621,
  ].map((code) => [code, 404] as const),
  ...[273, 432, 433, 528, 532, 872, 1335, 1642, 2753, 2867, 2883].map((code) => [code, 409] as const),
  ...[352, 354, 355, 444, 450, 451, 452, 471, 1025, 1026, 1027, 1244].map((code) => [code, 401] as const),
  ...[257, 269, 371, 2138].map((code) => [code, 403] as const),
  ...[256].map((code) => [code, 503] as const),
  ...[1074, 1075, 1088, 1090, 1091, 1092, 1093, 1094, 1095, 1096, 1097, 1098].map((code) => [code, 400] as const),
  ...[1048, 1049, 1106, 1107, 1108, 1109, 1110, 1111, 1112, 1161].map((code) => [code, 400] as const),
  ...[1233, 1234, 1236, 1237, 1238, 1240].map((code) => [code, 400] as const),
  ...[1243].map((code) => [code, 207] as const),
]);

/**
 * Returns the HTTP status of a code: 404 not found, 409 exists, 401 login, 403 not allowed, 400 arguments, else 599.
 */
function statusOf(code: number): number {
  return statuses.get(code) ?? 599;
}

export function messageOf(code: number): string {
  return (messages as Record<string, string>)[String(code)] ?? 'Internal error';
}

/** A refusal with the appliance's own code and text: `No such resource [name, x]`. */
export class ApplianceError extends Error {
  readonly code: number;
  readonly status: number;
  constructor(code: number, context?: string | readonly string[], status?: number) {
    const inBrackets = typeof context === 'string' ? context : context?.join(', ');
    super(inBrackets === undefined ? messageOf(code) : `${messageOf(code)} [${inBrackets}]`);
    this.code = code;
    this.status = status ?? statusOf(code);
  }

  /** Returns the same refusal with another code; text and status stay. */
  withCode(code: number): ApplianceError {
    if (code === this.code) return this;
    const other = new ApplianceError(code, undefined, this.status);
    other.message = this.message;
    return other;
  }
}

/** A warning about a command that succeeded. */
export interface Warning {
  readonly code: number;
  readonly message: string;
}

export function warning(code: number, context?: string): Warning {
  return { code, message: context === undefined ? messageOf(code) : `${messageOf(code)} [${context}]` };
}
