import type { StoredRow, StoredValue } from '../store/store.ts';

/**
 * Attributes that an ACL compares with an operator: `-srcIP = 192.0.2.1-192.0.2.9` on a line, three attributes in
 * NITRO.
 */
const COMPARED = ['srcip', 'srcport', 'destip', 'destport'] as const;

/** Splits the words of a line into three attributes; the operator may be left out. */
export function aclFromWords(body: Record<string, unknown>): Record<string, unknown> {
  const result = { ...body };
  for (const name of COMPARED) {
    if (typeof result[name] !== 'string') continue;
    const words = result[name].split(' ');
    const operator = words.length > 1 ? words.shift() : '=';
    Object.assign(result, { [name]: true, [`${name}op`]: operator, [`${name}val`]: words.join(' ') });
  }
  return result;
}

/** Joins three attributes into the words of a line. */
export function aclToWords(row: StoredRow): StoredRow {
  const result: Record<string, StoredValue> = { ...row };
  for (const name of COMPARED) {
    const { [`${name}op`]: operator, [`${name}val`]: value } = row;
    delete result[`${name}op`];
    delete result[`${name}val`];
    if (row[name] === true && value !== undefined) result[name] = [String(operator ?? '='), String(value)];
  }
  return result;
}
