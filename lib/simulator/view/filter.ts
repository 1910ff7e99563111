import { ApplianceError } from '../errors.ts';

export interface FilterTerm {
  readonly attribute: string;
  readonly test: (value: string) => boolean;
  /** The value that the term requires; undefined for a pattern. */
  readonly exact: string | undefined;
}

function pcre(source: string): RegExp {
  const ignoreCase = source.startsWith('(?i)');
  try {
    return new RegExp(ignoreCase ? source.slice(4) : source, ignoreCase ? 'i' : '');
  } catch {
    throw new ApplianceError(278, 'filter');
  }
}

/** Returns a term of a filter: `/…/` is a pattern (PCRE), anything else an exact value. */
export function filterTerm(attribute: string, value: string): FilterTerm {
  const pattern = /^\/(.*)\/$/s.exec(value);
  if (pattern === null) return { attribute, exact: value, test: (other) => other === value };
  const regex = pcre(pattern[1]!);
  return { attribute, exact: undefined, test: (other) => regex.test(other) };
}
