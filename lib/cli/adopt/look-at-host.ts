import type { LookAtHost } from '../../adopt/index.ts';
import type { ProbeResult } from '../../certificates/index.ts';

/** Shakes hands with a host through an address. */
export type Shake = (vip: string, port: number, host: string) => Promise<ProbeResult>;

const inWords = (seen: ProbeResult): string => {
  if (seen.result === 'certificate') return `the certificate of ${seen.subject}`;
  return seen.result === 'reset' ? 'a reset' : seen.reason;
};

/**
 * Returns what looks at a host before and behind its take-over. A host that answered with a certificate must answer with
 * one of the same subject; one that did not answer before proves nothing.
 */
export const lookBy =
  (shake: Shake): LookAtHost =>
  async ({ host, frontend: { vip, port } }) => {
    const before = await shake(vip, port, host);
    return async () => {
      if (before.result !== 'certificate') return undefined;
      const now = await shake(vip, port, host);
      if (now.result === 'certificate' && now.subject === before.subject) return undefined;
      return `it answered with ${inWords(before)}, and now with ${inWords(now)}`;
    };
  };
