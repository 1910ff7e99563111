import { digest, type KeyRange, type Owner, ownerKey } from '../contract/index.ts';
import type { BackendKey, Frontend } from '../route/index.ts';
import { joinFields, printable, SEPARATOR } from './fields.ts';

/**
 * The ledger: rows of string maps on the appliance (docs/protocol.md). Keys and values stay within 255 bytes
 * whatever the names' lengths: a cluster has at most 40 characters, a namespace and a Service 63, an IPv6 address 39;
 * the Ingress's name (up to 253) stands in the row's comment.
 */

/** A row as it stands in a map. */
export interface LedgerRow {
  readonly key: string;
  readonly value: string;
  readonly comment: string;
}

const VERSION = '1';
/** Bytes of a value; what it holds is ASCII. */
const LONGEST_VALUE = 255;

/** What an owner's front-end part says: one VIP, the TLS port, and the port that redirects (0: none). */
export interface FrontendPorts {
  readonly vip: string;
  readonly port: number;
  readonly insecurePort: number;
}

/** Hashes of the canonical desired objects, by part. `members` ends in `-` where a back end has none. */
export interface Hashes {
  readonly frontend: string;
  readonly routes: string;
  readonly members: string;
}

/** The record of one Ingress. */
export interface IngressRecord {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly sequence: number;
  /** `dead` is a tombstone. */
  readonly kind: 'live' | 'tombstone';
  /** Pending: begun and perhaps not finished; what the appliance has is to be read. */
  readonly state: 'pending' | 'applied';
  readonly hashes: Hashes;
  readonly created: number;
  /** Number of routes: the prune guard counts them. */
  readonly routes: number;
  /** Where its claims stand; absent when it has none. */
  readonly ports?: FrontendPorts;
  /** Digest of what was remarked about it: a new remark is worth an outcome. Absent where there was none. */
  readonly findings?: string;
  /** Pending only: where claims stood before. `anywhere`: more than one place, look everywhere. */
  readonly formerPorts?: FrontendPorts | 'anywhere';
}

export interface Watermark extends KeyRange {
  readonly sequence: number;
}

/** An owner's wish for a host, holder or standby. */
export interface Claim {
  /** Key of the front end. */
  readonly frontend: string;
  readonly hostDigest: string;
  readonly created: number;
  readonly ownerKey: string;
  readonly owner: Owner;
  /** A back end, or for port 80 the secure port that it redirects to. */
  readonly target: { readonly service: string; readonly port: string } | { readonly securePort: number };
  /** Digest of the back end's settings: part of which back end it is. */
  readonly settings: string;
  readonly wildcard: boolean;
  /** The host; absent where it does not fit the row beside the rest. */
  readonly host?: string;
}

/** The back end that a claim is for; undefined for a redirect. */
export function backendOf({ target, settings, frontend }: Claim): BackendKey | undefined {
  return 'securePort' in target ? undefined : { ...target, frontendKey: frontend, settings };
}

/** The secure port that a claim redirects to; undefined for one of a back end. */
export function securePortOf({ target }: Pick<Claim, 'target'>): number | undefined {
  return 'securePort' in target ? target.securePort : undefined;
}

/** A back end whose drain time runs. */
export interface Retired {
  readonly ownerKey: string;
  readonly owner: Owner;
  /** Of its objects. */
  readonly backend: string;
  /** Seconds since the epoch from which it may be removed. */
  readonly due: number;
}

const encodePorts = (places: FrontendPorts): string => `${places.vip}/${places.port}/${places.insecurePort}`;

function decodePorts(text: string): FrontendPorts | undefined {
  const [vip, port, insecurePort] = text.split('/');
  return vip === undefined || vip === '' || port === undefined
    ? undefined
    : { vip, port: Number(port), insecurePort: Number(insecurePort) };
}

const ANYWHERE = '*';

export const ingressKey = (key: string): string => `I.${key}`;

export function encodeIngress(row: IngressRecord): LedgerRow {
  const formerly =
    row.formerPorts === undefined ? '' : row.formerPorts === 'anywhere' ? ANYWHERE : encodePorts(row.formerPorts);
  const value = joinFields({
    version: VERSION,
    sequence: row.sequence,
    flags: `${row.kind === 'live' ? 'L' : 'D'}${row.state === 'applied' ? 'A' : 'P'}`,
    frontend: row.hashes.frontend,
    routesHash: row.hashes.routes,
    members: row.hashes.members,
    created: row.created,
    routes: row.routes,
    namespace: row.namespace,
    places: row.ports === undefined ? '' : encodePorts(row.ports),
    formerly,
    findings: row.findings ?? '',
  });
  return { key: ingressKey(row.key), value, comment: printable('name', row.name) };
}

/** Undefined for a row that this version cannot read: it then counts as not recorded. */
export function decodeIngress(row: LedgerRow): IngressRecord | undefined {
  const [version, sequence, flags, frontend, routes, members, created, count, namespace, places, formerly, findings] =
    row.value.split(SEPARATOR);
  if (!row.key.startsWith('I.') || version !== VERSION || flags === undefined || namespace === undefined) {
    return undefined;
  }
  const here = decodePorts(places ?? '');
  const before = formerly === ANYWHERE ? ANYWHERE : decodePorts(formerly ?? '');
  return {
    key: row.key.slice(2),
    namespace,
    name: row.comment,
    sequence: Number(sequence),
    kind: flags[0] === 'L' ? 'live' : 'tombstone',
    state: flags[1] === 'A' ? 'applied' : 'pending',
    hashes: { frontend: frontend ?? '', routes: routes ?? '', members: members ?? '' },
    created: Number(created),
    routes: Number(count),
    ...(here === undefined ? {} : { ports: here }),
    ...(before === undefined ? {} : { formerPorts: before === ANYWHERE ? 'anywhere' : before }),
    ...(findings === undefined || findings === '' ? {} : { findings }),
  };
}

export function encodeWatermark(mark: Watermark): LedgerRow {
  return { key: `W.${mark.from}-${mark.to}`, value: `${VERSION};${mark.sequence}`, comment: '' };
}

export function decodeWatermark(row: LedgerRow): Watermark | undefined {
  const match = /^W\.([a-z2-7]{2})-([a-z2-7]{2})$/.exec(row.key);
  const [version, sequence] = row.value.split(SEPARATOR);
  if (match === null || version !== VERSION) return undefined;
  return { from: match[1] as string, to: match[2] as string, sequence: Number(sequence) };
}

/** Ten digits: keys of one host sort by age. */
const age = (created: number): string => String(created).padStart(10, '0');

export const hostDigest = (host: string): string => digest(host);

export const claimKey = (claim: Pick<Claim, 'hostDigest' | 'created' | 'ownerKey'>): string =>
  `#${claim.hostDigest}.${age(claim.created)}.${claim.ownerKey}`;

export function encodeClaim(claim: Claim): LedgerRow {
  const { target } = claim;
  const value = joinFields({
    version: VERSION,
    ...('securePort' in target
      ? { kind: 'R', securePort: target.securePort, port: '' }
      : { kind: 'P', service: target.service, port: target.port }),
    settings: claim.settings,
    form: claim.wildcard ? 'w' : 'x',
    cluster: claim.owner.cluster,
    namespace: claim.owner.namespace,
  });
  const whole = claim.host === undefined ? value : `${value}${SEPARATOR}${joinFields({ host: claim.host })}`;
  return {
    key: claimKey(claim),
    value: whole.length > LONGEST_VALUE ? value : whole,
    comment: printable('name', claim.owner.name),
  };
}

/** Values of the claims of redirects to a secure port, as a PCRE between slashes. */
export const redirectClaims = (securePort: number): string => `/^${VERSION};R;${securePort};/`;

export function decodeClaim(row: LedgerRow, frontend: string): Claim | undefined {
  const match = /^#([a-z2-7]{26})\.(\d{10,})\.([a-z2-7]{26})$/.exec(row.key);
  const [version, kind, first, second, settings, form, cluster, namespace, host] = row.value.split(SEPARATOR);
  if (match === null || version !== VERSION || first === undefined || namespace === undefined) return undefined;
  return {
    frontend,
    hostDigest: match[1] as string,
    created: Number(match[2]),
    ownerKey: match[3] as string,
    owner: { cluster: cluster ?? '', namespace, name: row.comment },
    target: kind === 'R' ? { securePort: Number(first) } : { service: first, port: second ?? '' },
    settings: settings ?? '',
    wildcard: form === 'w',
    ...(host === undefined ? {} : { host }),
  };
}

export function encodeRetired(retired: Retired): LedgerRow {
  const { owner, backend } = retired;
  return {
    key: `R.${retired.ownerKey}-${digest(backend, 8)}`,
    value: joinFields({
      version: VERSION,
      due: retired.due,
      backend,
      cluster: owner.cluster,
      namespace: owner.namespace,
    }),
    comment: printable('name', owner.name),
  };
}

export function decodeRetired(row: LedgerRow): Retired | undefined {
  const match = /^R\.([a-z2-7]{26})-[a-z2-7]{8}$/.exec(row.key);
  const [version, due, backend, cluster, namespace] = row.value.split(SEPARATOR);
  if (match === null || version !== VERSION || backend === undefined || namespace === undefined) return undefined;
  return {
    ownerKey: match[1] as string,
    owner: { cluster: cluster ?? '', namespace, name: row.comment },
    backend,
    due: Number(due),
  };
}

/** Which of the clusters of one name an appliance listens to (protocol rule 15). */
export interface Identity {
  readonly uid: string;
  /** Sequence at which an operator accepted it; absent where it was the first to come. */
  readonly acceptedAt?: number;
}

/** Key of the row that holds it. */
const IDENTITY_KEY = 'U';

/** Without a version: a UID alone is what the row held from the beginning. */
export function encodeIdentity({ uid, acceptedAt }: Identity, cluster: string): LedgerRow {
  const value = joinFields(acceptedAt === undefined ? { uid } : { uid, acceptedAt });
  return { key: IDENTITY_KEY, value, comment: printable('cluster', cluster) };
}

export function decodeIdentity(row: LedgerRow): Identity | undefined {
  const [, uid, acceptedAt] = /^([^;]+)(?:;(\d+))?/.exec(row.value) ?? [];
  if (row.key !== IDENTITY_KEY || uid === undefined) return undefined;
  return { uid, ...(acceptedAt === undefined ? {} : { acceptedAt: Number(acceptedAt) }) };
}

/** What one cluster's map says, decoded. Rows that cannot be read are left alone and count as absent. */
export interface Ledger extends Partial<Identity> {
  readonly ingresses: ReadonlyMap<string, IngressRecord>;
  readonly watermarks: readonly Watermark[];
  readonly retired: readonly Retired[];
}

export function decodeLedger(rows: readonly LedgerRow[]): Ledger {
  const ingresses = new Map<string, IngressRecord>();
  const watermarks: Watermark[] = [];
  const retired: Retired[] = [];
  let identity: Identity | undefined;
  for (const row of rows) {
    const kind = row.key.slice(0, 2);
    if (kind === 'I.') {
      const ingress = decodeIngress(row);
      if (ingress !== undefined) ingresses.set(ingress.key, ingress);
    } else if (kind === 'W.') {
      const watermark = decodeWatermark(row);
      if (watermark !== undefined) watermarks.push(watermark);
    } else if (kind === 'R.') {
      const back = decodeRetired(row);
      if (back !== undefined) retired.push(back);
    } else {
      identity ??= decodeIdentity(row);
    }
  }
  return { ingresses, watermarks, retired, ...identity };
}

export const EMPTY_LEDGER: Ledger = { ingresses: new Map(), watermarks: [], retired: [] };

/** All claims of a front end's rows. */
export function decodeClaims(rows: readonly LedgerRow[], frontend: string): Claim[] {
  return rows.flatMap((row) => decodeClaim(row, frontend) ?? []);
}

/** Rows whose key is a host: neither a claim nor a sign of our own. */
export function decodeHosts(rows: readonly LedgerRow[]): Map<string, string> {
  return new Map(rows.filter((row) => /^[a-z0-9*]/.test(row.key)).map((row) => [row.key, row.value]));
}

/** Places of a set of front ends: one VIP with its TLS and its redirect port. */
export function frontendPortsOf(frontends: readonly Frontend[]): FrontendPorts | undefined {
  const tls = frontends.find((frontend) => frontend.kind === 'tls');
  const http = frontends.find((frontend) => frontend.kind === 'http');
  const any = tls ?? http;
  return any === undefined ? undefined : { vip: any.vip, port: tls?.port ?? 0, insecurePort: http?.port ?? 0 };
}

export function frontendsAt(places: FrontendPorts): Frontend[] {
  const { vip } = places;
  return [
    ...(places.port === 0 ? [] : [{ vip, port: places.port, kind: 'tls' as const }]),
    ...(places.insecurePort === 0 ? [] : [{ vip, port: places.insecurePort, kind: 'http' as const }]),
  ];
}

export const sameFrontendPorts = (a: FrontendPorts | undefined, b: FrontendPorts | undefined): boolean =>
  (a === undefined ? '' : encodePorts(a)) === (b === undefined ? '' : encodePorts(b));

export const rowKeyOf = (owner: Owner): string => ingressKey(ownerKey(owner));
