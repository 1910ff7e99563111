import type { Attributes } from '../route/index.ts';

const HTTP = new Set(['HTTP', 'HTTP-ECV', 'HTTP2']);

/**
 * Why a monitor would take every member down: it sends plain text to the port that speaks TLS. A port of its own
 * (`destport`) may well be a plain one, and `reverse` turns the verdict round.
 */
export function plainProbe({ type, secure, destport, reverse, recv }: Attributes): string | undefined {
  if (secure === 'YES' || destport !== undefined || reverse === 'YES') return undefined;
  const asks = HTTP.has(String(type)) || (type === 'TCP-ECV' && recv !== undefined);
  return asks ? `a plain-text probe of type ${type} gets no valid answer from a TLS port` : undefined;
}
