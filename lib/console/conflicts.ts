import { hostPort } from '../contract/index.ts';
import { frontendKey } from '../route/index.ts';
import type { RouteStatus } from '../status/index.ts';
import type { ConflictPage } from './api.ts';
import { pageOf } from './paging.ts';
import { shownHost, sinceOf } from './routes-page.ts';

/** Returns one page of the hosts that more than one Ingress claims. Pure. @param page from 1. */
export function conflictPage(version: number, routes: readonly RouteStatus[], page: number): ConflictPage {
  const { rows, ...cut } = pageOf(
    routes.filter(({ standby }) => standby.length > 0),
    page,
  );
  return {
    version,
    ...cut,
    rows: rows.map((route) => ({
      host: shownHost(route),
      frontend: frontendKey(route.frontend),
      vip: hostPort(route.frontend.vip, route.frontend.port),
      holder: route.holder?.owner,
      since: sinceOf(route.holder),
      waiting: route.standby.map((claim) => ({ owner: claim.owner, created: claim.created * 1000 })),
    })),
  };
}
