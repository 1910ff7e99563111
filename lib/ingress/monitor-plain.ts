import type { Attributes } from '../route/index.ts';

const HTTP = new Set(['HTTP', 'HTTP-ECV', 'HTTP2']);

/**
 * Returns why a monitor marks every member down: it sends plain text to the TLS port. A monitor with its own port
 * (`destport`) may probe a plain one, and `reverse` inverts the result.
 */
export function plainProbe({ type, secure, destport, reverse, recv }: Attributes): string | undefined {
  if (secure === 'YES' || destport !== undefined || reverse === 'YES') return undefined;
  const expectsAnswer = HTTP.has(String(type)) || (type === 'TCP-ECV' && recv !== undefined);
  return expectsAnswer ? `a plain-text probe of type ${type} gets no valid answer from a TLS port` : undefined;
}
