import { inParallel } from '../nitro/limiter.ts';
import { type ProbeResult, probe } from './handshake.ts';

/** A host on a front end. */
export interface ProbedHost {
  readonly host: string;
  readonly frontend: { readonly vip: string; readonly port: number };
}

/** A host, and what a handshake with it showed. */
export interface HostCertificate<T extends ProbedHost = ProbedHost> {
  readonly host: T;
  readonly seen: ProbeResult;
}

export interface LookOptions {
  /** Handshakes at once. */
  readonly atOnce: number;
  /** Milliseconds for one handshake. */
  readonly timeoutMs: number;
  /** Milliseconds since the epoch after which no handshake begins, and the rest is left out. */
  readonly until?: number;
  readonly now: () => number;
  /** Returns where an address of a front end is reached, if not there. */
  readonly placeOf?: (frontend: ProbedHost['frontend']) => { readonly host: string; readonly port: number };
}

/**
 * Shakes hands with hosts through their VIPs, and returns what they showed, in their order. A host that fails is part of the
 * result; hosts for which the time was too short are not.
 */
export async function lookAtCertificates<T extends ProbedHost>(
  hosts: readonly T[],
  { atOnce, timeoutMs, until = Number.POSITIVE_INFINITY, now, placeOf }: LookOptions,
): Promise<HostCertificate<T>[]> {
  const results = await inParallel(hosts, atOnce, async (host): Promise<HostCertificate<T>[]> => {
    if (now() >= until) return [];
    const { vip, port } = host.frontend;
    const place = placeOf?.(host.frontend) ?? { host: vip, port };
    return [{ host, seen: await probe(place.host, place.port, host.host, timeoutMs) }];
  });
  return results.flat();
}
