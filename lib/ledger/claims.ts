import { compareText, digest, IDENTITY_PATTERN, type Owner, qualifiedName } from '../contract/index.ts';
import type { BackendKey, HostForm } from '../route/index.ts';
import { joinFields, printable, SEPARATOR, wholeNumber } from './fields.ts';
import { type LedgerRow, sortableTime, VERSION } from './rows.ts';

/** An owner's claim on a host, holder or standby, or on the front end itself: a row `#` of a front end's map. */
export interface Claim {
  /** Key of the front end. */
  readonly frontend: string;
  readonly hostDigest: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly ownerKey: string;
  readonly owner: Owner;
  readonly target: ClaimTarget;
  /** Digest of the back end's settings: part of the back end's identity. */
  readonly settings: string;
  readonly form: HostForm;
  /** Absent where the row has no room for the host, and for a listener. */
  readonly host?: string;
}

/**
 * A back end; on an http front end the secure port of a redirect, or the back end that answers a challenge; or the front end
 * itself, without a host.
 */
export type ClaimTarget =
  | { readonly service: string; readonly port: string; readonly challenge?: true }
  | { readonly securePort: number; readonly challenges?: true }
  | { readonly listener: true };

/** @returns undefined for a redirect or a listener. */
export function backendOf({ target, settings, frontend }: Claim): BackendKey | undefined {
  if (!('service' in target)) return undefined;
  const { service, port } = target;
  return { service, port, frontendKey: frontend, settings };
}

/** Returns whether a claim is on a challenge (VAL-19): its host is the key of a challenge's row (`challengeKey`). */
export const isChallengeClaim = ({ target }: Pick<Claim, 'target'>): boolean => 'challenge' in target;

/** Returns whether a claim is a redirect whose owner lets challenges of the host through. */
export const letsChallengesThrough = ({ target }: Pick<Claim, 'target'>): boolean => 'challenges' in target;

/** Returns whether a claim is on the front end itself: it has no host. */
export const isListenerClaim = ({ target }: Pick<Claim, 'target'>): boolean => 'listener' in target;

/** Returns the secure port that a claim redirects to. @returns undefined for another claim. */
export function securePortOf({ target }: Pick<Claim, 'target'>): number | undefined {
  return 'securePort' in target ? target.securePort : undefined;
}

/** Returns the digest that represents a host in the keys of claims. */
export const hostDigest = (host: string): string => digest(host);

export const claimKey = (claim: Pick<Claim, 'hostDigest' | 'created' | 'ownerKey'>): string =>
  `#${claim.hostDigest}.${sortableTime(claim.created)}.${claim.ownerKey}`;

/** The letter of each form. A letter that this version does not know is read as `x`. */
const LETTERS: Readonly<Record<HostForm, string>> = { exact: 'x', 'one-label': 'w', 'many-label': 'm' };
const FORMS: ReadonlyMap<string | undefined, HostForm> = new Map(
  (Object.keys(LETTERS) as HostForm[]).map((form) => [LETTERS[form], form]),
);

/** Bytes of a value (the appliance's limit for map entries); a value is ASCII. */
const LONGEST_VALUE = 255;

export function encodeClaim(claim: Claim): LedgerRow {
  const { target } = claim;
  const value = joinFields({
    version: VERSION,
    ...targetFields(target),
    settings: claim.settings,
    form: LETTERS[claim.form],
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

/**
 * Letters of the kinds of claims. Versions before listeners read one as a claim of a back end without a name, and versions
 * before challenges read one as a claim of its back end.
 */
const KINDS = { backend: 'P', redirect: 'R', listener: 'L', challenge: 'C' } as const;

/** Stands behind the secure port of a redirect whose owner lets challenges through. Earlier versions do not look there. */
const LETS_THROUGH = 'challenges';

function targetFields(target: ClaimTarget): Record<string, string | number> {
  if ('service' in target) {
    const kind = target.challenge === undefined ? KINDS.backend : KINDS.challenge;
    return { kind, service: target.service, port: target.port };
  }
  if ('securePort' in target) {
    const port = target.challenges === undefined ? '' : LETS_THROUGH;
    return { kind: KINDS.redirect, securePort: target.securePort, port };
  }
  return { kind: KINDS.listener, service: '', port: '' };
}

const CLAIM_KEY = new RegExp(`^#(${IDENTITY_PATTERN})\\.(\\d{10,15})\\.(${IDENTITY_PATTERN})$`);

/**
 * @param frontend key of the front end whose map has the row.
 * @returns undefined for a row that is not a claim, or that this version cannot read.
 */
export function decodeClaim(row: LedgerRow, frontend: string): Claim | undefined {
  const match = CLAIM_KEY.exec(row.key);
  if (match === null) return undefined;
  const [version, kind, first, second, settings, form, cluster, namespace, host] = row.value.split(SEPARATOR);
  if (version !== VERSION || first === undefined || namespace === undefined) return undefined;
  const target = targetIn(kind, first, second ?? '');
  if (target === undefined) return undefined;
  return {
    frontend,
    hostDigest: match[1] as string,
    created: Number(match[2]),
    ownerKey: match[3] as string,
    owner: { cluster: cluster ?? '', namespace, name: row.comment },
    target,
    settings: settings ?? '',
    form: FORMS.get(form) ?? 'exact',
    ...(host === undefined ? {} : { host }),
  };
}

function targetIn(kind: string | undefined, first: string, second: string): ClaimTarget | undefined {
  if (kind === KINDS.listener) return { listener: true };
  if (kind === KINDS.challenge) return { service: first, port: second, challenge: true };
  if (kind !== KINDS.redirect) return { service: first, port: second };
  const securePort = wholeNumber(first);
  if (securePort === undefined) return undefined;
  return second === LETS_THROUGH ? { securePort, challenges: true } : { securePort };
}

/** @param frontend key of the front end whose map has the rows. */
export function decodeClaims(rows: readonly LedgerRow[], frontend: string): readonly Claim[] {
  const known = DECODED.get(rows);
  if (known?.frontend === frontend) return known.claims;
  const claims = rows.flatMap((row) => decodeClaim(row, frontend) ?? []);
  DECODED.set(rows, { frontend, claims });
  return claims;
}

/** Claims in the lists of rows that exist: what is read, and what is planned, decodes each map several times. */
const DECODED = new WeakMap<readonly LedgerRow[], { readonly frontend: string; readonly claims: readonly Claim[] }>();

/** Returns a PCRE, without its frame, for the keys of these owners' claims. @param owners alternatives of a pattern. */
export const claimsPattern = (owners: string): string => `#${IDENTITY_PATTERN}\\.\\d+\\.(${owners})$`;

/** Returns a PCRE, without its frame, for the keys of claims of owners whose keys begin so. @param beginnings alternatives. */
export const claimsBeginning = (beginnings: string): string => `#${IDENTITY_PATTERN}\\.\\d+\\.(${beginnings})`;

/** Returns a PCRE, without its frame, for the keys of claims on hosts whose digests begin so. @param beginnings alternatives. */
export const claimsOnHosts = (beginnings: string): string => `#(${beginnings})`;

/** Returns a PCRE between slashes for the values of claims that redirect to a secure port. */
export const redirectClaims = (securePort: number): string => `/^${VERSION};${KINDS.redirect};${securePort};/`;

/** PCRE between slashes for the values of claims on many-label wildcards. */
export const MANY_LABEL_CLAIMS = `/^${VERSION};${KINDS.backend};[^;]*;[^;]*;[^;]*;${LETTERS['many-label']};/`;

/** PCRE between slashes for the values of redirects whose owners let challenges through. */
export const CHALLENGES_CLAIMS = `/^${VERSION};${KINDS.redirect};[^;]*;${LETS_THROUGH};/`;

/** PCRE between slashes for the values of claims of listeners. */
export const LISTENER_CLAIMS = `/^${VERSION};${KINDS.listener};/`;

/** CON-1: the oldest first, then the smaller `namespace/name`, then the smaller cluster. */
export function claimOrder(a: Pick<Claim, 'created' | 'owner'>, b: Pick<Claim, 'created' | 'owner'>): number {
  return (
    a.created - b.created ||
    compareText(qualifiedName(a.owner), qualifiedName(b.owner)) ||
    compareText(a.owner.cluster, b.owner.cluster)
  );
}

/** Rule 8: returns the claim that holds a host. @param claims all on that host. @returns undefined where there is none. */
export function holderOf(claims: readonly Claim[]): Claim | undefined {
  return claims.reduce<Claim | undefined>(
    (best, claim) => (best === undefined || claimOrder(claim, best) < 0 ? claim : best),
    undefined,
  );
}
