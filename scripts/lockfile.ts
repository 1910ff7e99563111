// Reads package-lock.json and checks it against package.json, without a registry and without an installation.

/** A package as the lockfile pins it. */
export interface LockedPackage {
  /** Where it is installed: `node_modules/a/node_modules/b`. The same package may be in several places. */
  readonly place: string;
  readonly name: string;
  readonly version: string;
  /** As an SPDX expression; undefined if the package names none. */
  readonly licence: string | undefined;
  readonly integrity: string | undefined;
  /** Address that it was fetched from; the project's .npmrc leaves it out. */
  readonly resolved: string | undefined;
  /** Only tools need it: it cannot reach the command, the functions or the image. */
  readonly development: boolean;
  readonly hasInstallScript: boolean;
}

/** Fields of package.json that pin or permit something. */
export interface PinningManifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  /** Names of packages → whether npm runs their install scripts. */
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

interface LockfileEntry {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

const FOLDER = 'node_modules/';
const SHA512 = /^sha512-[A-Za-z0-9+/]{86}==$/;
const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

/**
 * Returns the packages of a lockfile, without the project itself.
 *
 * @throws {Error} if it is of a form that holds no packages by place (npm 6 and older).
 */
export function readLockfile(text: string): LockedPackage[] {
  const { packages } = JSON.parse(text) as { packages?: Record<string, LockfileEntry> };
  if (packages === undefined) throw new Error('the lockfile has no "packages": write it with npm 7 or newer');
  return Object.entries(packages)
    .filter(([place]) => place !== '')
    .map(([place, entry]) => ({
      place,
      name: entry.name ?? place.slice(place.lastIndexOf(FOLDER) + FOLDER.length),
      version: entry.version ?? '',
      licence: entry.license,
      integrity: entry.integrity,
      resolved: entry.resolved,
      development: entry.dev === true,
      hasInstallScript: entry.hasInstallScript === true,
    }));
}

/** Returns what is wrong with a lockfile and the versions in package.json, as lines to print. */
export function lockfileProblems(packages: readonly LockedPackage[], manifest: PinningManifest): string[] {
  return [
    ...packages.flatMap(originProblems),
    ...scriptProblems(packages, manifest.allowScripts ?? {}),
    ...versionProblems(manifest),
  ];
}

function originProblems({ place, integrity, resolved }: LockedPackage): string[] {
  const problems: string[] = [];
  if (integrity === undefined || !SHA512.test(integrity)) {
    problems.push(
      `${place}: no sha512 in "integrity", so any content would be installed: take it from npm view NAME@VERSION dist.integrity`,
    );
  }
  // It would tie an installation to the network where the lockfile was written, or to a repository that can change.
  if (resolved !== undefined) {
    problems.push(`${place}: "resolved" names ${resolved}: run npm install with the .npmrc of the project`);
  }
  return problems;
}

function scriptProblems(packages: readonly LockedPackage[], decided: Readonly<Record<string, boolean>>): string[] {
  const scripted = packages.filter(({ hasInstallScript }) => hasInstallScript);
  const undecided = scripted.filter(({ name }) => !Object.hasOwn(decided, name));
  const stale = Object.keys(decided).filter((name) => !scripted.some((entry) => entry.name === name));
  return [
    ...undecided.map(
      ({ place, name }) =>
        `${place}: has an install script: read it, then set "${name}" in allowScripts of package.json to true or false`,
    ),
    ...stale.map((name) => `package.json: allowScripts names ${name}, which has no install script: remove it`),
  ];
}

function versionProblems({ dependencies, devDependencies }: PinningManifest): string[] {
  return Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => `package.json: ${name} is "${version}": pin one exact version`);
}
