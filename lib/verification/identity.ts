import type { ApplianceIdentity } from '../appliance-facts/index.ts';
import { textIn } from '../nitro/answer.ts';
import type { ProbeTools } from './tools.ts';

/** Requests of {@link identify}. */
export const IDENTITY_REQUESTS = 2;

/** Words for the kinds of appliance, as their hardware descriptions have them. */
const MODELS: readonly (readonly [string, RegExp])[] = [
  ['simulator', /\(simulated\)/i],
  ['VPX', /\bVPX\b/i],
  ['CPX', /\bCPX\b/i],
  ['MPX', /\bMPX\b/i],
  ['SDX', /\bSDX\b/i],
  ['BLX', /\bBLX\b/i],
  ['VPX', /\bvirtual appliance\b/i],
];

/** Returns release, build and kind of the appliance: only what is in a list or has the form of a number. */
export async function identify(tools: ProbeTools): Promise<ApplianceIdentity> {
  const [version] = (await tools.rows('nsversion')) ?? [];
  const [hardware] = (await tools.rows('nshardware')) ?? [];
  const [, release, build] = /NS(\d{1,3}\.\d{1,3}): Build (\d{1,4}\.\d{1,4})/.exec(textIn(version?.version)) ?? [];
  return {
    build: release === undefined ? 'unknown' : `${release}-${build}`,
    model: modelOf(textIn(hardware?.hwdescription)),
  };
}

function modelOf(description: string): string {
  return MODELS.find(([, words]) => words.test(description))?.[0] ?? 'unknown';
}
