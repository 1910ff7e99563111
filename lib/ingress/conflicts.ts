import { compareText, type Finding, type IngressState } from '../contract/index.ts';
import { frontendKey, type Route, type RouteSet } from '../route/index.ts';
import { annotationPath, PREFIX } from './annotations.ts';
import { finding, quote } from './finding.ts';
import { foldHost } from './host.ts';

/** Ends the message of a host conflict that loses no traffic. */
export const SAME_BACKEND = ', which sends it to the same Service and port: no traffic is lost';

/** An interpreted Ingress. `locate` adds the position in its file to a finding. */
export interface LintedIngress<T> {
  readonly state: IngressState;
  readonly routes: RouteSet;
  locate(found: Finding): T;
}

const qualified = ({ state }: LintedIngress<unknown>): string => `${state.namespace}/${state.name}`;

/** Sorts the Ingresses of one cluster by precedence (CON-1): the oldest first, then the smaller name. */
function byPrecedence<T>(linted: readonly LintedIngress<T>[]): LintedIngress<T>[] {
  return [...linted].sort((a, b) => a.state.created - b.state.created || compareText(qualified(a), qualified(b)));
}

/**
 * Gives each key to the first Ingress that claims it, in the order of precedence.
 *
 * @param claims returns the claims of an Ingress, by key.
 * @param onConflict receives a claim on a key that another Ingress holds.
 */
function assignClaims<T, C>(
  linted: readonly LintedIngress<T>[],
  claims: (entry: LintedIngress<T>) => readonly (readonly [key: string, claim: C])[],
  onConflict: (entry: LintedIngress<T>, claim: C, holder: LintedIngress<T>, held: C) => void,
): void {
  const holders = new Map<string, { entry: LintedIngress<T>; claim: C }>();
  for (const entry of byPrecedence(linted)) {
    for (const [key, claim] of claims(entry)) {
      const holder = holders.get(key) ?? { entry, claim };
      holders.set(key, holder);
      // Two copies of one Ingress, such as base and overlay, do not conflict.
      if (qualified(holder.entry) !== qualified(entry)) onConflict(entry, claim, holder.entry, holder.claim);
    }
  }
}

type Passthrough = Extract<Route, { kind: 'passthrough' }>;

/** Returns the note for a conflict between two Ingresses that send the host to the same Service and port. */
function sameBackendNote<T>(
  entry: LintedIngress<T>,
  route: Passthrough,
  holder: LintedIngress<T>,
  held: Passthrough,
): string {
  const alike = entry.state.namespace === holder.state.namespace && route.backend === held.backend;
  return alike ? SAME_BACKEND : '';
}

/** Returns a finding for each host that an older Ingress holds on the same front end (CON-1). */
export function hostConflicts<T>(linted: readonly LintedIngress<T>[]): T[] {
  const findings: T[] = [];
  assignClaims(
    linted,
    ({ routes }) =>
      routes.routes
        .filter((route) => route.kind === 'passthrough')
        .map((route) => [`${frontendKey(route.frontend)} ${route.host}`, route] as const),
    (entry, route, holder, held) => {
      const { host, frontend } = route;
      const rule = entry.state.rules.findIndex((each) => each.host !== undefined && foldHost(each.host) === host);
      const message = `${quote(host)} on ${frontend.vip}, port ${frontend.port}, is held by Ingress ${qualified(holder)}${sameBackendNote(entry, route, holder, held)}`;
      findings.push(entry.locate(finding('HostConflict', { message, path: `spec.rules[${rule}].host`, value: host })));
    },
  );
  return findings;
}

/** Returns a finding for each setting that an older Ingress sets to another value on the same front end (CON-5). */
export function settingConflicts<T>(linted: readonly LintedIngress<T>[]): T[] {
  const findings: T[] = [];
  assignClaims(
    linted,
    ({ routes: { routes, frontendSettings } }) => {
      const frontends = new Set(
        routes.filter(({ kind }) => kind === 'passthrough').map(({ frontend }) => frontendKey(frontend)),
      );
      return [...frontends].flatMap((frontend) =>
        Object.entries(frontendSettings).map(([name, value]) => [`${frontend} ${name}`, { name, value }] as const),
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
