import type { Attributes, Frontend } from '../route/index.ts';
import { IDLE_TIMEOUT } from './backend.ts';
import { CHALLENGE_PRIORITY, challengeObjects } from './challenge-policies.ts';
import { ALWAYS, httpRules, NOT_FOUND, tlsRules } from './expressions.ts';
import { LEVELS } from './limits.ts';
import { frontendMark, systemMark } from './mark.ts';
import type { Names } from './names.ts';
import type { Resource } from './resource.ts';
import { levelReset, PRIORITY } from './tiers.ts';

interface FrontendContext {
  readonly system: string;
  readonly names: Names;
}

/** A front end and its owners. */
export interface FrontendUse {
  readonly frontend: Frontend;
  readonly owners: readonly string[];
  /** Requested settings (CON-5; `tls` only), and attributes that nobody requests any more. */
  readonly settings?: Attributes;
  readonly unset?: readonly string[];
  /** Secure ports that redirects on it lead to (`http` only), ascending. */
  readonly securePorts: readonly number[];
  /** A many-label wildcard is claimed on it (`tls` only). */
  readonly manyLabels: boolean;
  /** A listener claims it (`http` only): what no redirect takes is answered with 404. */
  readonly listener: boolean;
  /** A redirect on it lets challenges through (`http` only; VAL-19). */
  readonly challenges: boolean;
}

/**
 * Key of the ready row of a front end's map: the whole front end was created, down to the certificate. The value holds its
 * kind, the secure ports of its redirects, and whether it was made for many-label wildcards, for a listener or for challenges.
 * The row is removed before any other object of the front end.
 */
export const READY_KEY = '!';

/** The word of a ready row that says that the front end was made for many-label wildcards. */
export const MANY_LABELS = '**';

/** The word of the ready row of an `http` front end that says that it was made for a listener. */
export const LISTENER = 'listener';

/** The word of the ready row of an `http` front end that says that it was made for challenges. */
export const CHALLENGES = 'challenges';

/** Returns the map with the front end's hosts, claims and settings. It is created before every object that names it. */
export function frontendMap(context: FrontendContext, use: FrontendUse): Resource {
  return {
    role: 'front-end-map',
    type: 'policystringmap',
    id: { name: context.names.frontendMap(use.frontend) },
    attributes: { comment: frontendMark(context.system, use.frontend) },
    owners: use.owners,
  };
}

/** Returns the front end without its map: server, closing policies, certificate and ready row. */
export function frontendResources(context: FrontendContext, use: FrontendUse): Resource[] {
  return [
    ...(use.frontend.kind === 'tls' ? tlsFrontend(context, use) : httpFrontend(context, use)),
    {
      role: 'ready',
      type: 'policystringmap_pattern_binding',
      id: { name: context.names.frontendMap(use.frontend), key: READY_KEY },
      attributes: {
        value: readyValue(use),
        comment: frontendMark(context.system, use.frontend),
      },
      owners: use.owners,
    },
  ];
}

function readyValue({ frontend: { kind }, securePorts, manyLabels, listener, challenges }: FrontendUse): string {
  const ofHttp = [...(listener ? [LISTENER] : []), ...(challenges ? [CHALLENGES] : [])];
  const words = [...(manyLabels ? [MANY_LABELS] : []), ...(kind === 'http' ? ofHttp : [])];
  return [kind, ...securePorts, ...words].join(' ');
}

function tlsFrontend(
  { system, names }: FrontendContext,
  { frontend, owners, settings = {}, unset = [], manyLabels }: FrontendUse,
): Resource[] {
  const comment = frontendMark(system, frontend);
  const name = names.csvserver(frontend);
  const map = names.frontendMap(frontend);
  const policy = (policyName: string, rule: string): Resource => ({
    role: 'front-end-policy',
    type: 'sslpolicy',
    id: { name: policyName },
    attributes: { rule, action: 'RESET', undefaction: 'RESET', comment },
    owners,
  });
  const binding = (policyname: string, priority: number): Resource => ({
    role: 'front-end-binding',
    type: 'sslvserver_sslpolicy_binding',
    id: { vservername: name, policyname, type: 'CLIENTHELLO_REQ' },
    attributes: { priority },
    owners,
  });
  const resets = manyLabels ? wildcardResets(names, frontend) : [];
  return [
    {
      role: 'csvserver',
      type: 'csvserver',
      id: { name },
      attributes: {
        servicetype: 'SSL',
        ipv46: frontend.vip,
        port: frontend.port,
        clttimeout: IDLE_TIMEOUT,
        tcpprofilename: names.tcpProfile,
        ...settings,
        comment,
      },
      owners,
      ...(unset.length === 0 ? {} : { unset }),
    },
    policy(names.gate(frontend), manyLabels ? tlsRules.wideGate(map) : tlsRules.gate(map)),
    policy(names.exact(frontend), tlsRules.exactKey(map)),
    ...resets.map(({ name: policyName, rule }) => policy(policyName, rule)),
    binding(names.gate(frontend), PRIORITY.gate),
    binding(names.exact(frontend), PRIORITY.exactReset),
    ...resets.map(({ name: policyName, priority }) => binding(policyName, priority)),
    binding(names.reset, PRIORITY.reset),
    {
      // Last, because it brings the server up: the resets are bound by then.
      role: 'certificate',
      type: 'sslvserver_sslcertkey_binding',
      id: { vservername: name, certkeyname: names.certKey },
      attributes: {},
      owners,
    },
  ];
}

/**
 * VAL-8: returns the policies that close the tiers of wildcards. Behind the last level, the reset for the rest does the
 * same.
 */
function wildcardResets(names: Names, frontend: Frontend): { name: string; rule: string; priority: number }[] {
  const map = names.frontendMap(frontend);
  return [
    { name: names.wildcard(frontend), rule: tlsRules.wildcardKey(map), priority: PRIORITY.wildcardReset },
    ...LEVELS.slice(0, -1).map((level) => ({
      name: names.wildcard(frontend, level),
      rule: tlsRules.levelKey(map, level),
      priority: levelReset(level),
    })),
  ];
}

/** Returns the names of the SSL policies that a TLS front end may have of its own. */
export const closingPolicies = (names: Names, frontend: Frontend): string[] => [
  names.gate(frontend),
  names.exact(frontend),
  ...wildcardResets(names, frontend).map(({ name }) => name),
];

function httpFrontend(
  { system, names }: FrontendContext,
  { frontend, owners, securePorts, listener, challenges }: FrontendUse,
): Resource[] {
  const comment = frontendMark(system, frontend);
  const name = names.csvserver(frontend);
  const map = names.frontendMap(frontend);
  const policy = (policyName: string, rule: string, action: string): Resource => ({
    role: 'front-end-policy',
    type: 'responderpolicy',
    id: { name: policyName },
    attributes: { rule, action, comment },
    owners,
  });
  const binding = (policyname: string, priority: number): Resource => ({
    role: 'front-end-binding',
    type: 'csvserver_responderpolicy_binding',
    id: { name, policyname, bindpoint: 'REQUEST' },
    attributes: { priority, gotopriorityexpression: 'END' },
    owners,
  });
  const notFoundAction: Resource = {
    role: 'action',
    type: 'responderaction',
    id: { name: names.notFound(frontend) },
    attributes: { type: 'respondwith', target: NOT_FOUND, comment },
    owners,
  };
  return [
    {
      role: 'csvserver',
      type: 'csvserver',
      id: { name },
      attributes: { servicetype: 'HTTP', ipv46: frontend.vip, port: frontend.port, comment },
      owners,
    },
    ...securePorts.flatMap((securePort): Resource[] => [
      {
        role: 'action',
        type: 'responderaction',
        id: { name: names.redirectAction(frontend, securePort) },
        attributes: { type: 'redirect', target: httpRules.target(securePort), responsestatuscode: 301, comment },
        owners,
      },
      policy(
        names.redirectExact(frontend, securePort),
        challenges ? httpRules.exactOrOwned(map, securePort) : httpRules.exact(map, securePort),
        names.redirectAction(frontend, securePort),
      ),
      policy(
        names.redirectWildcard(frontend, securePort),
        httpRules.wildcard(map, securePort),
        names.redirectAction(frontend, securePort),
      ),
    ]),
    ...(listener ? [notFoundAction, policy(names.notFound(frontend), ALWAYS, names.notFound(frontend))] : []),
    ...(challenges ? challengeObjects(names, frontend, { comment, owners, policy, binding }) : []),
    // The secure port is the priority: unique, stable, and exact (up to 65,536) before wildcard (from 100,000).
    ...securePorts.flatMap((securePort) => [
      binding(names.redirectExact(frontend, securePort), securePort === CHALLENGE_PRIORITY ? 65_536 : securePort),
      binding(names.redirectWildcard(frontend, securePort), 100_000 + securePort),
    ]),
    ...(listener ? [binding(names.notFound(frontend), 190_000)] : []),
    binding(names.responderReset, 200_000),
  ];
}

/** Returns the objects that exist once for the system: created with its first front end, and kept. */
export function systemResources({ system, names }: FrontendContext, kinds: ReadonlySet<Frontend['kind']>): Resource[] {
  const comment = systemMark(system);
  const tls: Resource[] = [
    {
      role: 'system',
      type: 'nstcpprofile',
      id: { name: names.tcpProfile },
      // A ClientHello may arrive in several segments (CTX695832, post-quantum key shares: TLS-5).
      attributes: { establishclientconn: 'CONN_ESTABLISHED' },
      owners: [],
    },
    {
      role: 'system',
      type: 'sslcertkey',
      id: { certkey: names.certKey },
      attributes: { cert: names.certificateFile, key: names.keyFile },
      owners: [],
    },
    {
      role: 'system-policy',
      type: 'sslpolicy',
      id: { name: names.reset },
      attributes: { rule: ALWAYS, action: 'RESET', undefaction: 'RESET', comment },
      owners: [],
    },
  ];
  const http: Resource[] = [
    {
      role: 'system-policy',
      type: 'responderpolicy',
      id: { name: names.responderReset },
      attributes: { rule: ALWAYS, action: 'RESET', comment },
      owners: [],
    },
  ];
  return [...(kinds.has('tls') ? tls : []), ...(kinds.has('http') ? http : [])];
}
