import { CHALLENGE_PREFIX } from '../route/index.ts';

/** The port to which a certificate authority connects. */
export const CHALLENGE_PORT = 80;

/**
 * Returns whether a path is the path of a challenge. Challenges come over plain HTTP and live for minutes, so their
 * back end is not the one for TLS.
 */
export function isChallenge(path: string | undefined): boolean {
  return path?.startsWith(CHALLENGE_PREFIX) ?? false;
}
