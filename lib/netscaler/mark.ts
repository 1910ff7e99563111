import { type Owner, ownerKey, qualifiedName } from '../contract/index.ts';
import { type Frontend, frontendKey } from '../route/index.ts';
import { LIMITS } from './limits.ts';

/**
 * Begins the mark in `comment`, which names an object's owner. A mark is written once and never changes: sequences and
 * hashes live in the ledger, so that an unchanged object is never rewritten.
 */
const VERSION = 'nsp1';

/** A decoded mark. A front end belongs to the system (no owner), a back end to an Ingress of a cluster. */
interface Mark {
  readonly system: string;
  readonly cluster?: string;
  readonly ownerKey?: string;
  /** The owner's name may be cut off. */
  readonly owner?: Owner;
  readonly frontend?: Frontend;
}

/** Returns the mark of a back end's objects. */
export function ownerMark(system: string, owner: Owner): string {
  const text = `${VERSION};s=${system};c=${owner.cluster};o=${ownerKey(owner)};n=${qualifiedName(owner)}`;
  return text.slice(0, LIMITS.comment);
}

/** Returns the mark of a front end's objects. */
export function frontendMark(system: string, frontend: Frontend): string {
  return `${VERSION};s=${system};f=${frontendKey(frontend)}_${frontend.kind}`;
}

/** Returns the mark of objects that exist once for the system, or once for one of its clusters. */
export function systemMark(system: string, cluster?: string): string {
  return cluster === undefined ? `${VERSION};s=${system}` : `${VERSION};s=${system};c=${cluster}`;
}

/** Decodes a mark. @returns undefined for a comment that is not a mark. */
export function parseMark(comment: unknown): Mark | undefined {
  if (typeof comment !== 'string') return undefined;
  const [version, ...fields] = comment.split(';');
  if (version !== VERSION) return undefined;
  // The first field of a kind counts: the name at the end is a text of the user's.
  const values = new Map(fields.toReversed().map((field) => [field.slice(0, 2), field.slice(2)]));
  const system = values.get('s=');
  if (system === undefined) return undefined;
  const cluster = values.get('c=');
  const owner = values.get('o=');
  const [, namespace, name] = /^([^/]*)\/(.*)$/s.exec(values.get('n=') ?? '') ?? [];
  const frontend = parseFrontend(values.get('f='));
  return {
    system,
    ...(cluster === undefined ? {} : { cluster }),
    ...(owner === undefined ? {} : { ownerKey: owner }),
    ...(cluster === undefined || namespace === undefined || name === undefined
      ? {}
      : { owner: { cluster, namespace, name } }),
    ...(frontend === undefined ? {} : { frontend }),
  };
}

function parseFrontend(text: string | undefined): Frontend | undefined {
  const [vip, port, kind] = text?.split('_') ?? [];
  if (!/^\d{1,5}$/.test(port ?? '')) return undefined;
  return vip !== undefined && (kind === 'tls' || kind === 'http') ? { vip, port: Number(port), kind } : undefined;
}

/** Returns a PCRE for `filter=comment:` that finds the back ends of these owners. */
export function ownersFilter(system: string, ownerKeys: readonly string[]): string {
  return `/^${VERSION};s=${system};c=[^;]*;o=(${ownerKeys.join('|')});/`;
}

/**
 * Returns a PCRE for `filter=comment:` that finds the back ends of a cluster.
 *
 * @param cluster a pattern.
 * @param keys patterns of the beginnings of owners' keys.
 */
export function clusterFilter(system: string, cluster: string, keys: readonly string[]): string {
  return `/^${VERSION};s=${system};c=${cluster};o=(${keys.join('|')})/`;
}

/** Returns a PCRE for `filter=comment:` that finds everything of the system. */
export function systemFilter(system: string): string {
  return `/^${VERSION};s=${system}(;|$)/`;
}
