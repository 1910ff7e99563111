import { hostPort, type Owner } from '../../lib/contract/index.ts';
import type { FrontendLine, HostLine } from '../../lib/history/index.ts';
import { namesOf, parseMark } from '../../lib/netscaler/index.ts';
import type { Frontend } from '../../lib/route/index.ts';
import { readStatus } from '../../lib/status/index.ts';
import type { World } from './engine.ts';

/** Front end and host → who holds it, and what a connection meets: members, a reset, or a redirect. */
export type RealRoutes = Readonly<Record<string, string>>;

const RESET = 'reset';

const nameOf = ({ cluster, namespace, name }: Owner): string => `${cluster}/${namespace}/${name}`;

/** Returns what the configuration of the simulator routes. */
export async function realRoutes({ engine }: Pick<World, 'engine'>): Promise<RealRoutes> {
  const routes = await readStatus(engine.reader, engine.settings.systemId);
  // A line without a host says that an object waits for its address: it routes nothing.
  // A challenge that is answered as its host is does not count (VAL-19).
  const hosts = routes.filter(
    ({ host, securePort }) => host !== undefined && !(isChallenge(host) && securePort !== undefined),
  );
  return Object.fromEntries(
    hosts.map(({ host, frontend, state, holder, members, securePort, standby }) => {
      const leads =
        securePort === undefined
          ? members.map(
              ({ address, port, weight = 1 }) => `${address}:${port}${weight === 1 ? '' : `(weight=${weight})`}`,
            )
          : [`redirect to :${securePort}`];
      const meets = state === 'unbound' || state === 'stray' ? state : leads.sort().join(' ') || RESET;
      const names = [...(holder === undefined ? [] : [holder]), ...standby].map(({ owner }) => nameOf(owner));
      return [lineOf(frontend, host, names), `${names.join(' < ')}: ${meets}`];
    }),
  );
}

/** Challenges are not contested: each Ingress has its own, even for one host and token. Only that of the host's holder counts. */
const isChallenge = (host: string | undefined): boolean => host?.includes('/') === true;

function lineOf({ vip, port }: Frontend, host: string | undefined, names: readonly string[]): string {
  const line = `${hostPort(vip, port)} ${host}`;
  return isChallenge(host) ? `${line} of ${names[0]}` : line;
}

/** Returns the same of the lines of a history. */
export function foldedRoutes(lines: readonly HostLine[]): RealRoutes {
  const at = ({ vip, port }: Frontend, host: string): string => `${hostPort(vip, port)} ${host}`;
  const holders = new Map(lines.map(({ entry: { host, frontend, claims } }) => [at(frontend, host), claims[0].owner]));
  return Object.fromEntries(
    lines.flatMap(({ entry: { host, frontend, claims } }) => {
      const holder = holders.get(at(frontend, host.split('/')[0] ?? ''));
      const counts = ({ owner }: (typeof claims)[number]): boolean =>
        holder !== undefined && nameOf(owner) === nameOf(holder);
      const groups = isChallenge(host) ? claims.filter(counts).map((claim) => [claim] as const) : [claims];
      return groups.map((some) => {
        const [{ target, members = [] }] = some;
        const meets = target.startsWith('redirect') ? target : members.join(' ') || RESET;
        const names = some.map(({ owner }) => nameOf(owner));
        return [lineOf(frontend, host, names), `${names.join(' < ')}: ${meets}`] as const;
      });
    }),
  );
}

/** Front end → its kind, its settings, and whether a client without a host is answered: 404, or a reset of its hello. */
export type RealFrontends = Readonly<Record<string, string>>;

/** Settings that the random histories ask for, with what an appliance has where nobody asks. */
const DEFAULTS = { clttimeout: '9000' } as const;

const frontendText = (kind: string, settings: Readonly<Record<string, string | undefined>>, listens: boolean): string =>
  [kind, ...Object.entries(DEFAULTS).map(([name, value]) => `${name}=${settings[name] ?? value}`), listens ? '404' : '']
    .join(' ')
    .trim();

/** Returns what front ends the configuration of the simulator has. */
export async function realFrontends({ engine }: Pick<World, 'engine'>): Promise<RealFrontends> {
  const { reader, settings } = engine;
  const names = namesOf(settings.systemId);
  const servers = await reader.rows('csvserver');
  const policies = new Set((await reader.rows('responderpolicy')).map(({ name }) => String(name)));
  return Object.fromEntries(
    servers.flatMap((server) => {
      const frontend = parseMark(server.comment)?.frontend;
      if (frontend === undefined) return [];
      const text = frontendText(
        frontend.kind,
        { clttimeout: frontend.kind === 'tls' ? String(server.clttimeout) : undefined },
        policies.has(names.notFound(frontend)),
      );
      return [[hostPort(frontend.vip, frontend.port), text]];
    }),
  );
}

/** Returns the same of the lines of a history. */
export function foldedFrontends(lines: readonly FrontendLine[]): RealFrontends {
  return Object.fromEntries(
    lines.map(({ frontend: { vip, port, kind }, settings, listeners }) => {
      const decided = Object.fromEntries(settings.map(({ attribute, value }) => [attribute, value]));
      return [hostPort(vip, port), frontendText(kind, decided, kind === 'http' && listeners.length > 0)];
    }),
  );
}
