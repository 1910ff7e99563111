import { type Finding, objectOf } from '../../contract/index.ts';
import { finding } from '../../ingress/index.ts';
import { hashesOf } from '../../ledger/index.ts';
import { canonical, type Frontend, frontendKey, type Route } from '../../route/index.ts';
import { NO_HASHES, type Task } from './task.ts';

/** Maps a front end's slot (`vip_port/kind`) to the name of the foreign vserver on its address and port. */
export type ForeignServers = ReadonlyMap<string, string>;

/** Returns a front end's address, port and kind as one text: two kinds never share an address and port. */
export function frontendSlot(frontend: Frontend): string {
  return `${frontendKey(frontend)}/${frontend.kind}`;
}

/**
 * Returns what is left of a task when an address belongs to a foreign vserver (CON-4, VAL-11).
 *
 * | foreign vserver on | left                           | finding             |
 * | ------------------ | ------------------------------ | ------------------- |
 * | neither            | the task as it is              |                     |
 * | a TLS front end    | nothing; its routes wait       | FrontendInUse       |
 * | a listener's       | nothing; its listeners wait    | FrontendInUse       |
 * | only port 80       | everything but plain HTTP      | RedirectUnavailable |
 */
export function withoutForeign(task: Task, foreign: ForeignServers): Task {
  const { wanted } = task;
  if (wanted === undefined || foreign.size === 0) return task;
  const own = takenBy(wanted.routes.filter(isOwnAddress), foreign);
  if (own !== undefined) {
    return {
      ...task,
      wanted: undefined,
      blocked: wanted,
      hashes: NO_HASHES,
      findings: [...task.findings, frontendInUse(own, task)],
    };
  }
  const http = takenBy(wanted.routes, foreign);
  if (http === undefined) return task;
  const left = canonical({ ...wanted, routes: wanted.routes.filter((route) => route.kind === 'passthrough') });
  return {
    ...task,
    wanted: left,
    hashes: hashesOf(left),
    findings: [...task.findings, redirectUnavailable(http)],
  };
}

/** A front end that an Ingress wants, and the foreign vserver on its address and port. */
interface TakenFrontend {
  readonly frontend: Frontend;
  readonly server: string;
}

/** Returns whether an object is nothing without this route's front end: only redirects and challenges may be absent alone. */
const isOwnAddress = ({ kind }: Route): boolean => kind !== 'redirect' && kind !== 'challenge';

function takenBy(routes: readonly Route[], foreign: ForeignServers): TakenFrontend | undefined {
  for (const { frontend } of routes) {
    const server = foreign.get(frontendSlot(frontend));
    if (server !== undefined) return { frontend, server };
  }
  return undefined;
}

const hadRoutes = ({ decision: { row } }: Task): boolean => row?.kind === 'live' && row.routes > 0;

function frontendInUse({ frontend: { vip, port }, server }: TakenFrontend, task: Task): Finding {
  const refused = `the ${objectOf(task.decision.owner).kind} is not programmed`;
  const consequence = hadRoutes(task) ? `${refused}, and its previous configuration is removed` : refused;
  return finding('FrontendInUse', {
    message: `${vip}:${port} is in use by the virtual server "${server}", which serves something else: ${consequence}`,
    value: `${vip}:${port}`,
  });
}

function redirectUnavailable({ frontend: { vip, port }, server }: TakenFrontend): Finding {
  return finding('RedirectUnavailable', {
    message: `${vip}:${port} is in use by the virtual server "${server}", which serves something else: TLS is programmed, the redirect is not`,
    value: `${vip}:${port}`,
  });
}
