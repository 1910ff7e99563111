import type { Finding, IngressState } from '../contract/index.ts';
import { frontendKey, type Route, type RouteSet } from '../route/index.ts';
import { annotationPath, PREFIX } from './annotations.ts';
import { finding, quote } from './finding.ts';
import { foldHost } from './host.ts';
import { byText } from './shape.ts';

/** How the message of a host conflict ends where it takes nothing from anybody. */
export const SAME_BACK_END = ', which sends it to the same Service and port: no traffic is lost';

/** One Ingress that was interpreted, with the place that its findings get. */
export interface Linted<T> {
  readonly state: IngressState;
  readonly routes: RouteSet;
  locate(found: Finding): T;
}

const qualified = ({ state }: Linted<unknown>): string => `${state.namespace}/${state.name}`;

/** The order in which Ingresses of one cluster hold what several want (CON-1): the oldest, then the smaller by name. */
function byAge<T>(linted: readonly Linted<T>[]): Linted<T>[] {
  return [...linted].sort((a, b) => a.state.created - b.state.created || byText(qualified(a), qualified(b)));
}

/**
 * Hands every key to the first that claims it.
 *
 * @param claims what each one claims, by key.
 * @param refuse takes a claim on what another Ingress holds.
 */
function contest<T, C>(
  linted: readonly Linted<T>[],
  claims: (entry: Linted<T>) => readonly (readonly [key: string, claim: C])[],
  refuse: (entry: Linted<T>, claim: C, holder: Linted<T>, held: C) => void,
): void {
  const holders = new Map<string, { entry: Linted<T>; claim: C }>();
  for (const entry of byAge(linted)) {
    for (const [key, claim] of claims(entry)) {
      const holder = holders.get(key) ?? { entry, claim };
      holders.set(key, holder);
      // Two copies of one Ingress, as of base and overlay, have no quarrel.
      if (qualified(holder.entry) !== qualified(entry)) refuse(entry, claim, holder.entry, holder.claim);
    }
  }
}

type Passthrough = Extract<Route, { kind: 'passthrough' }>;

/** Nothing is lost where both send the host to the same Service and port: the conflict stays one, and says so. */
function same<T>(entry: Linted<T>, route: Passthrough, holder: Linted<T>, held: Passthrough): string {
  const alike = entry.state.namespace === holder.state.namespace && route.backend === held.backend;
  return alike ? SAME_BACK_END : '';
}

/** Hosts that an older Ingress holds on the same front end (CON-1). */
export function hostConflicts<T>(linted: readonly Linted<T>[]): T[] {
  const findings: T[] = [];
  contest(
    linted,
    ({ routes }) =>
      routes.routes
        .filter((route) => route.kind === 'passthrough')
        .map((route) => [`${frontendKey(route.frontend)} ${route.host}`, route] as const),
    (entry, route, holder, held) => {
      const { host, frontend } = route;
      const rule = entry.state.rules.findIndex((each) => each.host !== undefined && foldHost(each.host) === host);
      const message = `${quote(host)} on ${frontend.vip}, port ${frontend.port}, is held by Ingress ${qualified(holder)}${same(entry, route, holder, held)}`;
      findings.push(entry.locate(finding('HostConflict', { message, path: `spec.rules[${rule}].host`, value: host })));
    },
  );
  return findings;
}

/** Settings that an older Ingress has set otherwise on the same front end (CON-5). */
export function settingConflicts<T>(linted: readonly Linted<T>[]): T[] {
  const findings: T[] = [];
  contest(
    linted,
    ({ routes: { routes, frontendSettings } }) => {
      const places = new Set(
        routes.filter(({ kind }) => kind === 'passthrough').map(({ frontend }) => frontendKey(frontend)),
      );
      return [...places].flatMap((place) =>
        Object.entries(frontendSettings).map(([name, value]) => [`${place} ${name}`, { name, value }] as const),
      );
    },
    (entry, { name, value }, holder, held) => {
      if (value === held.value) return;
      const annotation = name === 'ipset' ? 'frontend-ipset-name' : 'csvserver';
      const message = `${name} ${quote(String(value))} has no effect: Ingress ${qualified(holder)} shares the front end and sets ${quote(String(held.value))}`;
      const path = annotationPath(`${PREFIX}${annotation}`);
      findings.push(entry.locate(finding('FrontendSettingConflict', { message, path, value: String(value) })));
    },
  );
  return findings;
}
