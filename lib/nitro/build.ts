/** Release and build of an appliance: 13.0-45.7 is `[13, 0, 45, 7]`. */
export type Build = readonly [major: number, minor: number, build: number, patch: number];

/** `NetScaler NS14.1: Build 51.80.nc, Date: …` as `nsversion` shows it; undefined where it says something else. */
export function parseBuild(text: string): Build | undefined {
  const match = /NS(\d+)\.(\d+):\s*Build\s+(\d+)\.(\d+)/i.exec(text);
  return match === null ? undefined : (match.slice(1).map(Number) as [number, number, number, number]);
}

/** From here on a service group takes its members as one desired set (vendor's Go client). */
const DESIRED_SETS: Build = [13, 0, 45, 7];

/** Whether the build has groups with `autoscale API`; one that says nothing known is taken for a newer one. */
export function hasDesiredSets(build: Build | undefined): boolean {
  if (build === undefined) return true;
  const differing = build.findIndex((part, index) => part !== DESIRED_SETS[index]);
  return differing < 0 || (build[differing] as number) > (DESIRED_SETS[differing] as number);
}
