import { type BackendRef, type Finding, type IngressPath, isLabel } from '../contract/index.ts';
import { refKey, type ServiceRef } from './backend-ref.ts';
import { isChallenge } from './challenge.ts';
import { finding, quote, quoteAll } from './finding.ts';
import { byText } from './shape.ts';

/** A path of a host, with its place in the Ingress. */
export interface PlacedPath {
  readonly entry: IngressPath;
  /** `spec.rules[0].http.paths[1]`. */
  readonly at: string;
}

/** The back end of a host, or none where it cannot be told. */
export interface BackendChoice {
  readonly ref?: ServiceRef;
  /** Where the back end stands in the Ingress. */
  readonly at: string;
  readonly findings: readonly Finding[];
}

const pathOf = ({ entry }: PlacedPath): string => entry.path || '/';

/** Two back ends are the same if Service and port are, as written. */
function identity(backend: BackendRef): string {
  if (backend.service !== undefined) return `service ${backend.service.name}:${backend.service.port ?? ''}`;
  return backend.resource === undefined ? 'none' : `resource ${backend.resource.kind}/${backend.resource.name}`;
}

function describe(backend: BackendRef): string {
  return identity(backend).replace(/^(service|resource) /, '');
}

/** Why no Service, or no port of one, can have the name: no name but these reaches the appliance (VAL-7). */
function impossibleRef({ service, port }: ServiceRef, at: string): Finding | undefined {
  const rule = 'a name has at most 63 lower-case letters, digits and inner hyphens';
  if (!isLabel(service)) {
    const message = `Service ${quote(service)} does not exist: ${rule}`;
    return finding('ServiceNotFound', { message, path: `${at}.service.name`, value: service });
  }
  if (typeof port === 'number' || isLabel(port)) return undefined;
  const message = `Service ${quote(service)} has no TCP port ${quote(port)}: ${rule}`;
  return finding('ServicePortNotFound', { message, path: `${at}.service.port`, value: port });
}

/** The one back end that a path names (VAL-7). */
function single(host: string, { entry, at }: PlacedPath): BackendChoice {
  const { service, resource } = entry.backend;
  const place = `${at}.backend`;
  if (service?.port !== undefined) {
    const impossible = impossibleRef({ service: service.name, port: service.port }, place);
    if (impossible !== undefined) return { at: place, findings: [impossible] };
    return { ref: { service: service.name, port: service.port }, at: place, findings: [] };
  }
  if (service !== undefined) {
    const message = `${host}: the back end ${quote(service.name)} has no port`;
    const found = finding('ServicePortNotFound', { message, path: `${place}.service.port`, value: service.name });
    return { at: place, findings: [found] };
  }
  if (resource !== undefined) {
    const value = `${resource.kind}/${resource.name}`;
    const message = `${host}: the back end ${quote(value)} is not a Service`;
    return {
      at: place,
      findings: [finding('ResourceBackendUnsupported', { message, path: `${place}.resource`, value })],
    };
  }
  return {
    at: place,
    findings: [finding('BackendRequired', { message: `${host}: the path names no Service`, path: place })],
  };
}

/**
 * The one back end of a host, out of all its paths (VAL-5): the one that all share, else that of the path `/`. The
 * order of the paths makes no difference. Paths of ACME challenges take no part: an issuer adds and removes them, and
 * what comes over TLS is not meant for its solver.
 *
 * @param rule where the first rule of the host stands: `spec.rules[0]`.
 */
export function chooseBackend(host: string, paths: readonly PlacedPath[], rule: string): BackendChoice {
  const challenge = paths.find(({ entry }) => isChallenge(entry.path));
  if (challenge === undefined) return chooseAmong(host, paths, rule);
  const rest = paths.filter(({ entry }) => !isChallenge(entry.path));
  const choice = chooseAmong(host, rest, rule);
  const message = `${host}: the ACME challenge is not answered: its solver receives neither plain HTTP nor TLS of the host`;
  const found = finding('ChallengeUnanswered', { message, path: challenge.at, value: host });
  return { ...choice, findings: [...choice.findings, found] };
}

function chooseAmong(host: string, paths: readonly PlacedPath[], rule: string): BackendChoice {
  const [first] = paths;
  if (first === undefined) {
    const message = `${host}: the rule has no path with a back end`;
    return { at: rule, findings: [finding('BackendRequired', { message, path: `${rule}.http` })] };
  }
  const different = new Set(paths.map(({ entry }) => identity(entry.backend)));
  const roots = paths.filter((path) => pathOf(path) === '/');
  const candidates = different.size === 1 ? paths : roots;
  const chosen = candidates[0];
  if (chosen === undefined || new Set(candidates.map(({ entry }) => identity(entry.backend))).size > 1) {
    const names = [...new Set(paths.map(({ entry }) => describe(entry.backend)))].sort(byText);
    const where = roots.length > 0 ? 'several of them at path /' : 'none at path /';
    const message = `${host}: the paths name ${names.length} back ends, ${where}: ${quoteAll(names)}`;
    return { at: rule, findings: [finding('AmbiguousBackend', { message, path: `${rule}.http.paths`, value: host })] };
  }
  const choice = single(host, chosen);
  const ignored = [...new Set(paths.filter((path) => pathOf(path) !== '/').map(pathOf))].sort(byText);
  if (ignored.length === 0) return choice;
  const target = choice.ref === undefined ? 'one back end' : refKey(choice.ref);
  const message = `${host}: the paths ${quoteAll(ignored)} have no effect: every request reaches ${target}`;
  const found = finding('PathsIgnored', { message, path: `${rule}.http.paths`, value: ignored.join(', ') });
  return { ...choice, findings: [...choice.findings, found] };
}
