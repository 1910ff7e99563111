import { hostPort } from '../../lib/contract/index.ts';
import type { HostLine } from '../../lib/history/index.ts';
import { readStatus } from '../../lib/status/index.ts';
import type { World } from './engine.ts';

/** Front end and host → who holds it, and what a connection meets: members, a reset, or a redirect. */
export type RealRoutes = Readonly<Record<string, string>>;

const RESET = 'reset';

/** Returns what the configuration of the simulator routes. */
export async function realRoutes({ engine }: Pick<World, 'engine'>): Promise<RealRoutes> {
  const routes = await readStatus(engine.reader, engine.settings.systemId);
  // A line without a host says that an object waits for its address: it routes nothing.
  const hosts = routes.filter(({ host }) => host !== undefined);
  return Object.fromEntries(
    hosts.map(({ host, frontend, state, holder, members, securePort, standby }) => {
      const leads =
        securePort === undefined
          ? members.map(
              ({ address, port, weight = 1 }) => `${address}:${port}${weight === 1 ? '' : `(weight=${weight})`}`,
            )
          : [`redirect to :${securePort}`];
      const meets = state === 'unbound' || state === 'stray' ? state : leads.sort().join(' ') || RESET;
      const names = [...(holder === undefined ? [] : [holder]), ...standby].map(
        ({ owner }) => `${owner.cluster}/${owner.namespace}/${owner.name}`,
      );
      return [`${hostPort(frontend.vip, frontend.port)} ${host}`, `${names.join(' < ')}: ${meets}`];
    }),
  );
}

/** Returns the same of the lines of a history. */
export function foldedRoutes(lines: readonly HostLine[]): RealRoutes {
  return Object.fromEntries(
    lines.map(({ entry: { host, frontend, claims } }) => {
      const [{ target, members = [] }] = claims;
      const meets = target.startsWith('redirect') ? target : members.join(' ') || RESET;
      const names = claims.map(({ owner }) => `${owner.cluster}/${owner.namespace}/${owner.name}`);
      return [`${hostPort(frontend.vip, frontend.port)} ${host}`, `${names.join(' < ')}: ${meets}`];
    }),
  );
}
