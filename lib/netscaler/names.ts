import { digest, IDENTITY_PATTERN, type Owner } from '../contract/index.ts';
import {
  type AccessList,
  type BackendKey,
  backendText,
  type Frontend,
  frontendKey,
  type ProxyVersion,
} from '../route/index.ts';
import { LEVELS, type Level } from './limits.ts';

/** The part of a front end that its names contain. */
type FrontendAddress = Pick<Frontend, 'vip' | 'port'>;

/** Characters that a name must not have on the appliance; `.` and `:` are kept for readability. */
const UNSAFE = /[^A-Za-z0-9_.:@=-]/g;

function cut(text: string, length: number): string {
  return text.replaceAll(UNSAFE, '_').slice(0, length);
}

/** Ends the name of a back end's policy for one-label wildcards, and before the level for many-label ones. */
const WILDCARD_SUFFIX = '-w';
const NAME_DIGEST = 16;
const ID_DIGEST = 8;

function backendName(system: string, owner: Owner, backend: BackendKey): string {
  return [
    system,
    cut(owner.namespace, 24),
    cut(owner.name, 30),
    cut(backend.service, 30),
    cut(backend.port, 8),
    digest(`${owner.cluster}/${owner.namespace}/${owner.name}/${backendText(backend)}`, NAME_DIGEST),
  ].join('-');
}

/**
 * Makes every name that this system gives, from its id. Names are readable first and exact last: a digest tells apart
 * what is cut to fit. Names of string maps take letters, digits and `_` only and are not case-sensitive.
 *
 * @param system the configured system id: the names of two systems on one appliance never collide.
 */
export function namesOf(system: string) {
  const backends = new WeakMap<BackendKey, { readonly owner: Owner; readonly name: string }>();
  const dashed = (kind: string, { vip, port }: FrontendAddress): string => `${system}${kind}-${vip}-${port}`;
  return {
    /** Placeholder certificate, TCP profile and the closing policies: once for the system. */
    certKey: `${system}-placeholder`,
    certificateFile: `${system}-placeholder.crt`,
    keyFile: `${system}-placeholder.key`,
    tcpProfile: `${system}-tcp`,
    /** Net profile that sends members the PROXY protocol: once for the system and version. */
    proxyProfile: (version: ProxyVersion): string => `${system}-proxy-${version}`,
    reset: `${system}-reset`,
    responderReset: `${system}-reset-http`,

    ledgerMap: (cluster: string): string => `${system}_l_${digest(cluster)}`,
    frontendMap: (at: FrontendAddress): string => `${system}_f_${frontendKey(at).replaceAll(/[.:]/g, '_')}`,
    csvserver: (at: FrontendAddress): string => dashed('', at),
    gate: (at: FrontendAddress): string => dashed('-gate', at),
    exact: (at: FrontendAddress): string => dashed('-exact', at),
    /** Closing policy of the tier of one-label wildcards, or of a level of many-label ones. */
    wildcard: (at: FrontendAddress, level?: Level): string => dashed(`-wildcard${level ?? ''}`, at),
    /** Policy and action that answer with 404. */
    notFound: (at: FrontendAddress): string => dashed('-notfound', at),
    /** Policies and action that let challenges through. */
    challenges: (at: FrontendAddress): string => dashed('-challenges', at),
    redirectAction: (at: FrontendAddress, securePort: number): string => dashed(`-redirect-${securePort}`, at),
    redirectExact: (at: FrontendAddress, securePort: number): string => dashed(`-redirect-${securePort}-x`, at),
    redirectWildcard: (at: FrontendAddress, securePort: number): string => dashed(`-redirect-${securePort}-w`, at),

    /** lbvserver, service group, action, monitor and exact policy of a back end. */
    backend: (owner: Owner, backend: BackendKey): string => {
      // A plan asks for the name of each back end several times.
      const known = backends.get(backend);
      if (known?.owner === owner) return known.name;
      const name = backendName(system, owner, backend);
      backends.set(backend, { owner, name });
      return name;
    },
    /** Policy of a back end for one-label wildcards, or for a level of many-label ones. */
    wildcardPolicy: (backend: string, level?: Level): string => `${backend}${WILDCARD_SUFFIX}${level ?? ''}`,
    /** Data set with the networks of a back end that may connect, or that may not. Its name is that of a string map. */
    sourceSet: (backend: string, list: AccessList): string => `${system}_${list}_${backendDigest(backend)}`,
  };
}
export type Names = ReturnType<typeof namesOf>;

const WILDCARD_POLICY = new RegExp(`${WILDCARD_SUFFIX}([${LEVELS.join('')}]?)$`);

/**
 * Returns which wildcards a back end's policy is for: those of one label, or a level of those of many.
 *
 * @returns undefined for its policy for exact hosts.
 */
export function wildcardTierOf(policy: string): 'wildcard' | Level | undefined {
  const level = WILDCARD_POLICY.exec(policy)?.[1];
  if (level === undefined) return undefined;
  return level === '' ? 'wildcard' : (Number(level) as Level);
}

/** Returns whether an object of a front end closes a tier of wildcards: the front end was made for many-label ones. */
export const isWildcardReset = (name: string): boolean => /-wildcard\d?-/.test(name);

/** Returns whether an object of an `http` front end answers with 404: the front end was made for a listener. */
export const isNotFound = (name: string): boolean => /-notfound-/.test(name);

/** Returns whether an object of an `http` front end lets challenges through. */
export const isForChallenges = (name: string): boolean => /-challenges-/.test(name);

const BACKEND_POLICY = new RegExp(`-[a-z2-7]{${NAME_DIGEST}}(${WILDCARD_POLICY.source.slice(0, -1)})?$`);

/** Returns whether a name has the form of the policies of a system's back ends, marked or not. */
export const looksLikeBackendPolicy = (system: string, name: string): boolean =>
  name.startsWith(`${system}-`) && BACKEND_POLICY.test(name);

/**
 * Returns the digest in the name of a back end or of one of its policies.
 *
 * @returns undefined for another name.
 */
export function backendDigest(name: string): string | undefined {
  return BACKEND_POLICY.exec(name)?.[0].slice(1, 1 + NAME_DIGEST);
}

/** A PCRE for what may stand behind the name of a back end in those of its policies. */
export const POLICY_ENDING = `(${WILDCARD_SUFFIX}[${LEVELS.join('')}]?)?`;

/**
 * Returns a PCRE between slashes for the names of back ends whose digests begin so.
 *
 * @param beginnings alternatives.
 * @param length characters of each beginning.
 */
export function backendsWithDigest(system: string, beginnings: string, length: number): string {
  return `/^${system}-.*-(${beginnings})[a-z2-7]{${NAME_DIGEST - length}}$/`;
}

/** Returns a PCRE between slashes for the values of host rows that lead to owners whose keys begin so. */
export const leadsToBeginning = (beginnings: string): string => `/^(${beginnings})[a-z2-7]+-/`;

/** Returns the secure port in the name of an object that redirects to it. @returns undefined for another object. */
export function redirectPortOf(name: string): number | undefined {
  const port = /-redirect-(\d{1,5})-/.exec(name)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** Identifies a back end in a host's row of the front end's map: the owner's key, and which of its back ends. */
export function backendId(ownerKey: string, backend: BackendKey): string {
  return `${ownerKey}-${digest(backendText(backend), ID_DIGEST)}`;
}

const BACKEND_ID = new RegExp(`^(${IDENTITY_PATTERN})-`);

/** Returns the owner's key in a back end's id. @returns undefined for another text, as the secure port of a redirect. */
export function backendOwnerKey(id: string): string | undefined {
  return BACKEND_ID.exec(id)?.[1];
}
