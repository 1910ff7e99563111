import type { ClientName } from '../case.ts';
import { runProgram } from './program.ts';

/** Versions of the clients that this machine has. */
export type ClientVersions = Readonly<Partial<Record<ClientName, string>>>;

/** How a program is asked for its version, and where its answer names it. */
const PROGRAMS = {
  openssl: { argument: 'version', version: /^OpenSSL (\S+)|^(LibreSSL \S+)/ },
  curl: { argument: '--version', version: /^curl (\S+)/ },
} as const;

const LIMIT_MS = 10_000;

/** Asks the programs on the PATH for their versions. */
export async function clientVersions(): Promise<ClientVersions> {
  const found = await Promise.all(
    Object.entries(PROGRAMS).map(async ([name, { argument, version }]): Promise<[string, string][]> => {
      const run = await runProgram(name, [argument], '', LIMIT_MS).catch(() => undefined);
      if (run === undefined) return [];
      const [, first, second] = version.exec(run.out) ?? [];
      return [[name, first ?? second ?? 'of unknown version']];
    }),
  );
  return { node: process.versions.node, ...Object.fromEntries(found.flat()) };
}
