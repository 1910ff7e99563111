import { hostPort } from '../contract/index.ts';
import type { RouteStatus } from '../status/index.ts';

/**
 * Returns the rows of a table: ClientHellos that each front end reset. They stand apart from the hosts, because the
 * appliance does not count those of one host. Empty where they were not read.
 */
export function refusalRows(routes: readonly RouteStatus[]): string[][] {
  const byFrontend = new Map(
    routes.flatMap(({ frontend, refused }) =>
      refused === undefined ? [] : [[hostPort(frontend.vip, frontend.port), refused]],
    ),
  );
  if (byFrontend.size === 0) return [];
  return [
    ['FRONT END', 'RESET: UNKNOWN NAME', 'RESET: NO MEMBER'],
    ...[...byFrontend].map(([at, refused]) => [at, String(refused['unknown-name']), String(refused['no-member'])]),
  ];
}
