import type { LockedPackage } from './lockfile.ts';

const described = ({ licence, development, hasInstallScript }: LockedPackage): string =>
  [
    licence ?? 'no licence',
    development ? 'development' : 'run time',
    ...(hasInstallScript ? ['install script'] : []),
  ].join(', ');

/**
 * Returns the differences between two lockfiles for a review, as lines to print, in the order of places:
 *
 * | line | means |
 * | --- | --- |
 * | `+ node_modules/a 1.0.0 (MIT, run time)` | added |
 * | `~ node_modules/a 1.0.0 → 1.1.0 (MIT, run time)` | another version; a changed description is shown as `(old → new)` |
 * | `! node_modules/a 1.0.0 …: same version, other content` | the integrity of the same version differs: find out why |
 * | `- node_modules/a 1.0.0` | removed |
 */
export function packageChanges(before: readonly LockedPackage[], after: readonly LockedPackage[]): string[] {
  const [old, now] = [before, after].map((packages) => new Map(packages.map((entry) => [entry.place, entry]))) as [
    Map<string, LockedPackage>,
    Map<string, LockedPackage>,
  ];
  const places = [...new Set([...old.keys(), ...now.keys()])].sort();
  return places.flatMap((place) => change(old.get(place), now.get(place)) ?? []);
}

function change(old: LockedPackage | undefined, now: LockedPackage | undefined): string | undefined {
  if (old === undefined) return now && `+ ${now.place} ${now.version} (${described(now)})`;
  if (now === undefined) return `- ${old.place} ${old.version}`;
  const [was, is] = [described(old), described(now)];
  const text = was === is ? is : `${was} → ${is}`;
  if (old.version !== now.version) return `~ ${now.place} ${old.version} → ${now.version} (${text})`;
  if (old.integrity !== undefined && old.integrity !== now.integrity) {
    return `! ${now.place} ${now.version} (${text}): same version, other content`;
  }
  return was === is ? undefined : `~ ${now.place} ${now.version} (${text})`;
}
