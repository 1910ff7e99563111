import { type Owner, ownerKey, qualifiedName } from '../contract/index.ts';
import { type Frontend, frontendKey } from '../route/index.ts';
import { LIMITS } from './limits.ts';

/**
 * The mark in `comment` says whose an object is. It is written once and never changes: sequences and hashes live in
 * the ledger, so that an unchanged object is never rewritten.
 */
const VERSION = 'nsp1';

/** What a mark says. A front end belongs to the system (no owner), a back end to an Ingress of a cluster. */
export interface Mark {
  readonly system: string;
  readonly cluster?: string;
  readonly ownerKey?: string;
  /** As the mark names it; its end may be cut off. */
  readonly owner?: Owner;
  readonly frontend?: Frontend;
}

/** The mark of a back end's objects. */
export function ownerMark(system: string, owner: Owner): string {
  const text = `${VERSION};s=${system};c=${owner.cluster};o=${ownerKey(owner)};n=${qualifiedName(owner)}`;
  return text.slice(0, LIMITS.comment);
}

/** The mark of a front end's objects. */
export function frontendMark(system: string, frontend: Frontend): string {
  return `${VERSION};s=${system};f=${frontendKey(frontend)}_${frontend.kind}`;
}

/** The mark of what exists once for the system, or once for a cluster of it. */
export function systemMark(system: string, cluster?: string): string {
  return cluster === undefined ? `${VERSION};s=${system}` : `${VERSION};s=${system};c=${cluster}`;
}

/** Reads a mark; undefined where the comment is not one of ours. */
export function parseMark(comment: unknown): Mark | undefined {
  if (typeof comment !== 'string') return undefined;
  const [version, ...fields] = comment.split(';');
  if (version !== VERSION) return undefined;
  // The first of a kind counts: the name at the end is a text that we did not make.
  const values = new Map(fields.toReversed().map((field) => [field.slice(0, 2), field.slice(2)]));
  const system = values.get('s=');
  if (system === undefined) return undefined;
  const cluster = values.get('c=');
  const owner = values.get('o=');
  const [namespace, name] = values.get('n=')?.split('/') ?? [];
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
  return vip !== undefined && (kind === 'tls' || kind === 'http') ? { vip, port: Number(port), kind } : undefined;
}

/** A PCRE for `filter=comment:` that finds the back ends of these owners. */
export function ownersFilter(system: string, ownerKeys: readonly string[]): string {
  return `/^${VERSION};s=${system};c=[^;]*;o=(${ownerKeys.join('|')});/`;
}

/**
 * A PCRE for `filter=comment:` that finds the back ends of a cluster.
 *
 * @param cluster as a pattern; @param keys beginnings of owners' keys, as patterns.
 */
export function clusterFilter(system: string, cluster: string, keys: readonly string[]): string {
  return `/^${VERSION};s=${system};c=${cluster};o=(${keys.join('|')})/`;
}

/** A PCRE for `filter=comment:` that finds everything of the system. */
export function systemFilter(system: string): string {
  return `/^${VERSION};s=${system}(;|$)/`;
}
