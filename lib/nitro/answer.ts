import { NitroUnreachable } from './errors.ts';
import type { NitroRow } from './ports.ts';
import { NOT_NITRO } from './unreachable.ts';

/** Reads the JSON of answers, which an appliance made or anything that stands between: any field may have any type. */

/** An object of an answer, before its fields are known. */
export type AnswerObject = Readonly<Record<string, unknown>>;

/**
 * Parses the body of an answer.
 *
 * @returns undefined for an empty body, and for an error page, whose status says enough.
 * @throws {NitroUnreachable} for a success that is not a JSON object: something else than an appliance answered.
 */
export function parseAnswer(text: string, status: number, what: string): AnswerObject | undefined {
  if (text.trim() === '') return undefined;
  try {
    const json: unknown = JSON.parse(text);
    if (isObject(json)) return json;
  } catch {
    // Judged below.
  }
  if (status >= 400) return undefined;
  throw new NitroUnreachable(what, `HTTP status ${status} with a body that is not JSON of NITRO`, true, NOT_NITRO);
}

function isObject(value: unknown): value is AnswerObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns a field as text. JSON has objects that cannot become text by themselves: `{"toString": 1}`. */
export function textIn(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
}

/** Returns a count; 0 for anything else. */
export function countIn(value: unknown): number {
  const count = typeof value === 'string' || typeof value === 'number' ? Number(value) : 0;
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/** Stands for a code that is not a number: an error that no list has. */
const UNKNOWN_CODE = -1;

/** Returns an error code; 0 for success, which an answer need not mention. */
export function codeIn(value: unknown): number {
  if (value === undefined || value === null || value === '') return 0;
  const code = typeof value === 'string' || typeof value === 'number' ? Number(value) : UNKNOWN_CODE;
  return Number.isSafeInteger(code) ? code : UNKNOWN_CODE;
}

/**
 * Returns the objects of a list in an answer. A single object stands for a list of one; without any, the key is absent.
 *
 * @throws {NitroUnreachable} for a list with anything else: a row that is left out would be created again.
 */
export function objectsIn(value: unknown, what: string): NitroRow[] {
  const rows = Array.isArray(value) ? value : isObject(value) ? [value] : [];
  if (rows.every(isRow)) return rows;
  throw new NitroUnreachable(what, 'the answer has a row that NITRO does not have', true, NOT_NITRO);
}

/** Returns whether each field can become text: the rules compare fields as text. */
function isRow(row: unknown): row is NitroRow {
  if (!isObject(row)) return false;
  for (const name in row) {
    const field = row[name];
    if (typeof field === 'object' && field !== null && !hasText(field)) return false;
  }
  return true;
}

function hasText(value: object): boolean {
  try {
    String(value);
    return true;
  } catch {
    return false;
  }
}
