import { createTransport, NitroClient, NitroSession } from '../../lib/nitro/index.ts';
import { patient } from './patience.ts';

/** A client that asks once, for looks and changes beside what is tested. */
export function clientOf(
  { url }: { readonly url: string },
  { password = 'nsroot', ...options }: { readonly password?: string; readonly pageRows?: number } = {},
): NitroClient {
  const session = new NitroSession({
    name: 'appliance',
    transports: [createTransport(url, { verify: true }, patient(30_000))],
    credentials: async () => ({ username: 'nsroot', password }),
    idleSeconds: 300,
    backoff: {
      attempts: 1,
      baseMs: 1,
      maxMs: 1,
      random: () => 0,
      sleep: async () => {},
      remainingMs: () => Number.POSITIVE_INFINITY,
    },
  });
  return new NitroClient(session, options);
}
