import type { LockedPackage } from './lockfile.ts';

/**
 * Licences that any package may have. All of them allow use, change and redistribution under other terms, as long as their
 * notice is kept (0BSD, MIT-0 and Unlicense do not even ask for that). docs/supply-chain.md repeats the list.
 */
export const PERMITTED_LICENCES: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
  'PSF-2.0',
  'Python-2.0',
  'Unlicense',
];

/** A licence that tools may have beside the permitted ones. */
interface LicenceException {
  /** Names of the packages. */
  readonly packages: RegExp;
  readonly licence: string;
  readonly reason: string;
}

/** Exceptions for development packages. Nothing of them is in what is published, and none is changed. */
export const LICENCE_EXCEPTIONS: readonly LicenceException[] = [
  {
    packages: /^lightningcss(?:-[a-z0-9-]+)?$/,
    licence: 'MPL-2.0',
    reason: 'vite minifies style sheets with it; its licence covers its own files only',
  },
  {
    packages: /^@iconify-json\/simple-icons$/,
    licence: 'CC0-1.0',
    reason: 'icons for the documentation site; dedicated to the public domain',
  },
  {
    packages: /^caniuse-lite$/,
    licence: 'CC-BY-4.0',
    reason: 'data about browsers that a tool for mutation tests reads',
  },
];

/**
 * Returns whether an SPDX expression is satisfied by permitted licences. One of `A OR B` is enough, `A AND B` needs both.
 * An expression that mixes the two, or has a `WITH`, is refused: somebody must read it.
 */
export function isPermitted(expression: string): boolean {
  const plain = expression.replace(/^\(([^()]*)\)$/, '$1');
  const permitted = (licence: string): boolean => PERMITTED_LICENCES.includes(licence);
  if (plain.includes(' OR ') && plain.includes(' AND ')) return false;
  return plain.split(' OR ').some(permitted) || plain.split(' AND ').every(permitted);
}

const isException = ({ name, licence, development }: LockedPackage): LicenceException | undefined =>
  development ? LICENCE_EXCEPTIONS.find((entry) => entry.licence === licence && entry.packages.test(name)) : undefined;

/** Returns the packages whose licence is neither permitted nor an exception, as lines to print. */
export function licenceProblems(packages: readonly LockedPackage[]): string[] {
  return packages
    .filter((entry) => !isPermitted(entry.licence ?? '') && isException(entry) === undefined)
    .map(({ place, licence, development }) => {
      const reach = development ? 'a development package' : 'a package of the run time';
      const remedy = development ? 'replace it, or add an exception with its reason to' : 'replace it; the list is in';
      return `${place}: ${reach} with the licence ${licence ?? '(none)'}: ${remedy} scripts/licences.ts`;
    });
}

/** Returns the exceptions that no package needs, as lines to print. */
export function staleExceptions(packages: readonly LockedPackage[]): string[] {
  const used = new Set(packages.map(isException));
  return LICENCE_EXCEPTIONS.filter((entry) => !used.has(entry)).map(
    ({ packages: names, licence }) =>
      `scripts/licences.ts: no package needs the exception ${names} (${licence}): remove it`,
  );
}
