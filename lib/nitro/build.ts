/** Release and build of an appliance: `[13, 0, 45, 7]` for 13.0-45.7. */
export type Build = readonly [major: number, minor: number, build: number, patch: number];

/** Parses the version of `nsversion`: `NetScaler NS14.1: Build 51.80.nc, Date: …`. @returns undefined for another text. */
export function parseBuild(text: string): Build | undefined {
  const match = /NS(\d+)\.(\d+):\s*Build\s+(\d+)\.(\d+)/i.exec(text);
  return match === null ? undefined : (match.slice(1).map(Number) as [number, number, number, number]);
}

/** First build whose service groups accept their members as one desired set (vendor's Go client). */
const DESIRED_SETS: Build = [13, 0, 45, 7];

/** Returns whether the build has groups with `autoscale API`. An unknown version counts as a newer build. */
export function hasDesiredSets(build: Build | undefined): boolean {
  if (build === undefined) return true;
  const differing = build.findIndex((part, index) => part !== DESIRED_SETS[index]);
  return differing < 0 || (build[differing] as number) > (DESIRED_SETS[differing] as number);
}
