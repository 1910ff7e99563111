import type { RouteSet } from '../../lib/route/index.ts';

/** Returns all texts of routes that reach the appliance. */
export const routesText = ({ routes, backends, frontendSettings }: RouteSet): string =>
  [frontendSettings, ...routes, ...backends].flatMap(texts).join('\n');

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(texts);
}
