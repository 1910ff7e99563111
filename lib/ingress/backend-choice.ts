import { type BackendRef, compareText, type Finding, type IngressPath, isLabel } from '../contract/index.ts';
import { refKey, type ServiceRef } from './backend-ref.ts';
import { isChallenge } from './challenge-path.ts';
import { finding, quote, quoteAll } from './finding.ts';

/** A path of a host, with its position in the Ingress. */
export interface LocatedPath {
  readonly entry: IngressPath;
  /** `spec.rules[0].http.paths[1]`. */
  readonly at: string;
}

/** The back end of a host. `ref` is absent where the paths do not determine one. */
interface BackendChoice {
  readonly ref?: ServiceRef;
  /** Path of the back end in the Ingress: `spec.rules[0].http.paths[1].backend`. */
  readonly at: string;
  readonly findings: readonly Finding[];
}

const pathOf = ({ entry }: LocatedPath): string => entry.path || '/';

/** Returns a key that is equal for back ends with the same Service and port, as written. */
function identity(backend: BackendRef): string {
  if (backend.service !== undefined) return `service ${backend.service.name}:${backend.service.port ?? ''}`;
  return backend.resource === undefined ? 'none' : `resource ${backend.resource.kind}/${backend.resource.name}`;
}

function describe(backend: BackendRef): string {
  return identity(backend).replace(/^(service|resource) /, '');
}

/** Returns a finding for a name that no Service or port can have, so that it never reaches the appliance (VAL-7). */
function invalidName({ service, port }: ServiceRef, at: string): Finding | undefined {
  const rule = 'a name has at most 63 lower-case letters, digits and inner hyphens';
  if (!isLabel(service)) {
    const message = `Service ${quote(service)} does not exist: ${rule}`;
    return finding('ServiceNotFound', { message, path: `${at}.service.name`, value: service });
  }
  if (typeof port === 'number' || isLabel(port)) return undefined;
  const message = `Service ${quote(service)} has no TCP port ${quote(port)}: ${rule}`;
  return finding('ServicePortNotFound', { message, path: `${at}.service.port`, value: port });
}

/** Returns the back end of one path (VAL-7). */
export function pathBackend(host: string, { entry, at }: LocatedPath): BackendChoice {
  const { service, resource } = entry.backend;
  const path = `${at}.backend`;
  if (service?.port !== undefined) {
    const invalid = invalidName({ service: service.name, port: service.port }, path);
    if (invalid !== undefined) return { at: path, findings: [invalid] };
    return { ref: { service: service.name, port: service.port }, at: path, findings: [] };
  }
  if (service !== undefined) {
    const message = `${host}: the back end ${quote(service.name)} has no port`;
    const found = finding('ServicePortNotFound', { message, path: `${path}.service.port`, value: service.name });
    return { at: path, findings: [found] };
  }
  if (resource !== undefined) {
    const value = `${resource.kind}/${resource.name}`;
    const message = `${host}: the back end ${quote(value)} is not a Service`;
    return {
      at: path,
      findings: [finding('ResourceBackendUnsupported', { message, path: `${path}.resource`, value })],
    };
  }
  return {
    at: path,
    findings: [finding('BackendRequired', { message: `${host}: the path names no Service`, path })],
  };
}

/**
 * Chooses the one back end of a host from all its paths (VAL-5): the back end that all paths share, else that of path
 * `/`. The order of the paths has no effect. Paths of ACME challenges do not count: an issuer adds and removes them,
 * and its solver does not expect TLS (`letThrough` says what becomes of them).
 *
 * @param rule path of the first rule of the host: `spec.rules[0]`.
 */
export function chooseBackend(host: string, paths: readonly LocatedPath[], rule: string): BackendChoice {
  // Few Ingresses have one: no list is made for the others.
  const counted = paths.some(isOfChallenge) ? paths.filter((path) => !isOfChallenge(path)) : paths;
  return chooseFromPaths(host, counted, rule);
}

const isOfChallenge = ({ entry }: LocatedPath): boolean => isChallenge(entry.path);

function chooseFromPaths(host: string, paths: readonly LocatedPath[], rule: string): BackendChoice {
  const [first] = paths;
  if (first === undefined) {
    const message = `${host}: the rule has no path with a back end`;
    return { at: rule, findings: [finding('BackendRequired', { message, path: `${rule}.http` })] };
  }
  if (paths.length === 1 && pathOf(first) === '/') return pathBackend(host, first);
  const different = new Set(paths.map(({ entry }) => identity(entry.backend)));
  const roots = paths.filter((path) => pathOf(path) === '/');
  const candidates = different.size === 1 ? paths : roots;
  const chosen = candidates[0];
  if (chosen === undefined || new Set(candidates.map(({ entry }) => identity(entry.backend))).size > 1) {
    const names = [...new Set(paths.map(({ entry }) => describe(entry.backend)))].sort(compareText);
    const where = roots.length > 0 ? 'several of them at path /' : 'none at path /';
    const message = `${host}: the paths name ${names.length} back ends, ${where}: ${quoteAll(names)}`;
    return { at: rule, findings: [finding('AmbiguousBackend', { message, path: `${rule}.http.paths`, value: host })] };
  }
  const choice = pathBackend(host, chosen);
  const ignored = [...new Set(paths.filter((path) => pathOf(path) !== '/').map(pathOf))].sort(compareText);
  if (ignored.length === 0) return choice;
  const target = choice.ref === undefined ? 'one back end' : refKey(choice.ref);
  const message = `${host}: the paths ${quoteAll(ignored)} have no effect: every request reaches ${target}`;
  const found = finding('PathsIgnored', { message, path: `${rule}.http.paths`, value: ignored.join(', ') });
  return { ...choice, findings: [...choice.findings, found] };
}
