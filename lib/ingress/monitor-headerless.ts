import type { BackendSettings } from '../route/index.ts';
import { plainProbe } from './monitor-plain.ts';

const HTTP = new Set(['HTTP', 'HTTP-ECV', 'HTTP2']);

/**
 * Returns why a monitor marks down members that require a PROXY header (VAL-18): it speaks TLS or HTTP to them, and sends no
 * header. A monitor with its own port (`destport`) or net profile may reach one that needs none, `reverse` inverts the
 * result, and a probe in plain text is reported in any case.
 */
export function headerlessProbe({ monitor = {}, servicegroup }: BackendSettings): string | undefined {
  const { type, secure, destport, reverse, recv, netprofile } = monitor;
  if (destport !== undefined || netprofile !== undefined || reverse === 'YES') return undefined;
  if (servicegroup?.healthmonitor === 'NO' || plainProbe(monitor) !== undefined) return undefined;
  const speaks = secure === 'YES' || HTTP.has(String(type)) || (type === 'TCP-ECV' && recv !== undefined);
  return speaks ? `a probe of type ${type} sends no PROXY header` : undefined;
}
