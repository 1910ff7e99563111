import { ApplianceError } from '../errors.ts';
import { type FilterTerm, filterTerm } from '../view/filter.ts';

/** The parsed request line of a NITRO request. */
export interface RequestTarget {
  readonly area: 'config' | 'stat';
  readonly kind: string;
  readonly name: string | undefined;
  /** Maps lower-case parameters to raw values. */
  readonly parameters: ReadonlyMap<string, string>;
}

export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ApplianceError(1238);
  }
}

const ENCODED = /%[0-9a-fA-F]{2}/;

/** Decodes a name that is encoded once or twice; a `+` stands for a space, because no name contains a plus. */
function decodeName(segment: string): string {
  const once = decode(segment);
  return (ENCODED.test(once) ? decode(once) : once).replaceAll('+', ' ');
}

/** @returns undefined when the URL is not below `/nitro/v1` or `/nitro/v2` */
export function parseTarget(url: string): RequestTarget | undefined {
  const question = url.indexOf('?');
  const path = question < 0 ? url : url.slice(0, question);
  const segments = path.split('/').filter((segment) => segment !== '');
  const [nitro, version, area, kind, ...rest] = segments;
  if (nitro !== 'nitro' || !(version === 'v1' || version === 'v2') || !(area === 'config' || area === 'stat'))
    return undefined;
  const parameters = new Map<string, string>();
  for (const pair of (question < 0 ? '' : url.slice(question + 1)).split(/[&;](?=[A-Za-z_]+=|$)/)) {
    const equals = pair.indexOf('=');
    if (equals > 0) parameters.set(pair.slice(0, equals).toLowerCase(), pair.slice(equals + 1));
  }
  const name = rest.length === 0 ? undefined : decodeName(rest.join('/'));
  return { area, kind: kind ?? '', name, parameters };
}

/** Parses `a:1,b:2` with values encoded once, or encoded as a whole. Keys become lower case. */
export function parseArgs(raw: string | undefined): Record<string, string> {
  const args: Record<string, string> = {};
  if (raw === undefined || raw === '') return args;
  const whole = !raw.includes(':');
  const text = whole ? decode(raw) : raw;
  const plain = (part: string): string => (whole && !ENCODED.test(part) ? part : decode(part.replaceAll('+', '%20')));
  for (const pair of text.split(',')) {
    const colon = pair.indexOf(':');
    if (pair === '') continue;
    if (colon < 0) throw new ApplianceError(1090, decode(pair));
    args[plain(pair.slice(0, colon)).toLowerCase()] = plain(pair.slice(colon + 1));
  }
  return args;
}

/** Splits a filter into raw terms: a pattern between slashes may contain commas and colons. */
function filterTerms(text: string): string[] {
  const terms: string[] = [];
  const begins = /[^:,]*:\//y;
  const ends = /\/(?=,[A-Za-z_]+:|$)/g;
  /** Position of the next slash that ends a pattern: looked for once, so that each character is read a few times at most. */
  let close = -1;
  for (let at = 0; at < text.length; ) {
    begins.lastIndex = at;
    const pattern = begins.test(text) ? begins.lastIndex : undefined;
    if (pattern !== undefined && close < pattern) {
      ends.lastIndex = pattern;
      close = ends.exec(text)?.index ?? Number.POSITIVE_INFINITY;
    }
    const comma = text.indexOf(',', at);
    const plain = comma < 0 ? text.length : comma;
    const end = pattern !== undefined && close < text.length ? close + 1 : plain;
    terms.push(text.slice(at, end));
    at = text[end] === ',' ? end + 1 : end;
  }
  return terms;
}

/** Parses `filter=name:/^k8s-/,port:443`; values, patterns or the whole may be percent-encoded. */
export function parseFilter(raw: string | undefined): FilterTerm[] {
  if (raw === undefined || raw === '') return [];
  const whole = !raw.includes(':');
  const slashes = raw.replaceAll(/%2[fF]/g, '/');
  return filterTerms(whole ? decode(raw) : slashes).map((term) => {
    const colon = term.indexOf(':');
    if (colon < 0) throw new ApplianceError(278, 'filter');
    const value = term.slice(colon + 1);
    return filterTerm(
      term.slice(0, colon).toLowerCase(),
      whole ? value : decode(value.replaceAll(/%(?![0-9a-fA-F]{2})/g, '%25')),
    );
  });
}
