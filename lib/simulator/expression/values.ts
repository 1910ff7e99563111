import type { ClientHello } from '../wire/client-hello.ts';
import type { HttpRequest } from '../wire/http-request.ts';

/** Everything that an expression can read. */
export interface Subject {
  readonly hello?: ClientHello | undefined;
  readonly request?: HttpRequest | undefined;
  readonly client?: { readonly address: string; readonly port: number } | undefined;
  readonly server?: { readonly address: string; readonly port: number } | undefined;
  /** Name of the content-switching server that the client connected to. */
  readonly vserver?: string | undefined;
  readonly sets: Sets;
}

/** Named sets that expressions search; undefined when the set or the key does not exist. */
export interface Sets {
  mapValue(map: string, key: string, ignoreCase: boolean): string | undefined;
  patterns(set: string): readonly string[] | undefined;
  hasPattern(set: string, pattern: string): boolean;
}

/** Neither true nor false: the policy's undefined action decides. */
export const UNDEF = Symbol('UNDEF');
type Undef = typeof UNDEF;

export type Type =
  | 'bool'
  | 'num'
  | 'text'
  | 'itext'
  | 'hostname'
  | 'url'
  | 'header'
  | 'method'
  | 'ip'
  | 'subnet'
  | 'unknown'
  | 'regex'
  | 'keyword'
  | `prefix:${string}`;
export type Result = string | number | boolean | RegExp | undefined | Undef;
export type Evaluate = (subject: Subject) => Result;

const TEXTS: ReadonlySet<Type> = new Set<Type>(['text', 'itext', 'hostname', 'url', 'header', 'method']);
const FOLDED: ReadonlySet<Type> = new Set<Type>(['itext', 'hostname', 'method']);

/** Returns whether a type is a text. Some texts have methods of their own, some ignore case. */
export function isText(type: Type): boolean {
  return TEXTS.has(type);
}

export function ignoresCase(type: Type): boolean {
  return FOLDED.has(type);
}
