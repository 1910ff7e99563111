import { type FactId, type FactReport, needsText, reportOf } from '../appliance-facts/index.ts';
import { NitroError } from '../nitro/index.ts';
import { clean, type Left } from './clean.ts';
import { identify } from './identity.ts';
import { PROBES } from './plan.ts';
import type { FactFinding, FactFindings, Probe } from './probe.ts';
import { type ProbeTools, VerificationStopped } from './tools.ts';

/** The result of a verification. */
export interface Verification {
  /** Undefined where it was stopped, or could not begin. */
  readonly report: FactReport | undefined;
  /** Objects of earlier runs that were removed first. */
  readonly leftBefore: number;
  /** Objects of the probe that are still there. */
  readonly left: readonly Left[];
  readonly stopped: boolean;
  /** Requests without log in and log out. */
  readonly requests: number;
}

export interface VerificationOptions {
  /** Milliseconds that are left for probes: one that would begin later is skipped. */
  readonly remainingMs: () => number;
  /** Gives the calls that clean up their time. */
  readonly beforeCleaning: () => void;
  /** Called when a probe begins. */
  readonly onProbe?: (name: string) => void;
}

/**
 * Asks the appliance about every fact, and removes all that was made for it: also where a probe fails, or the user stops.
 *
 * @throws {NitroUnreachable} the appliance was lost, and could not be cleaned up. @throws {NitroError} of the session.
 */
export async function verify(tools: ProbeTools, options: VerificationOptions): Promise<Verification> {
  const before = await clean(tools);
  const leftBefore = before.removed.length;
  if (before.left.length > 0)
    return { report: undefined, leftBefore, left: before.left, stopped: false, requests: tools.calls };
  let report: FactReport | undefined;
  let stopped = false;
  let lost: unknown;
  try {
    const identity = await identify(tools);
    report = reportOf(identity, await findAll(tools, options));
  } catch (error) {
    if (error instanceof VerificationStopped) stopped = true;
    else lost = error;
  }
  options.beforeCleaning();
  const { left } = await clean(tools);
  if (lost !== undefined) throw lost;
  return { report, leftBefore, left, stopped, requests: tools.calls };
}

async function findAll(tools: ProbeTools, { remainingMs, onProbe }: VerificationOptions): Promise<FactFindings> {
  const { settings } = tools;
  let findings: FactFindings = {};
  for (const probe of PROBES) {
    const ids = probe.facts(settings);
    if (ids.length === 0) continue;
    onProbe?.(probe.name);
    const found = remainingMs() > 0 ? await findOne(tools, probe) : unknown(ids, 'there was no time left');
    findings = { ...findings, ...unknown(ids, 'the probe did not find it out'), ...found };
  }
  return { ...needed(findings), ...findings };
}

/** Runs a probe. One that fails leaves its facts unknown; a lost appliance ends the verification. */
async function findOne(tools: ProbeTools, probe: Probe): Promise<FactFindings> {
  tools.declare(probe.objects(tools.settings));
  try {
    return await probe.run(tools);
  } catch (error) {
    if (error instanceof NitroError && (error.kind === 'busy' || error.kind === 'licence'))
      return unknown(probe.facts(tools.settings), `the appliance answered with error ${error.code}`);
    throw error;
  }
}

function unknown(ids: readonly FactId[], why: string): FactFindings {
  return Object.fromEntries(ids.map((id): [FactId, FactFinding] => [id, { unknown: why }]));
}

/** Returns reasons for the facts that no probe looked for. */
function needed(found: FactFindings): FactFindings {
  const missing = needsText();
  return Object.fromEntries(
    Object.entries(missing).flatMap(([id, text]) =>
      found[id as FactId] === undefined ? [[id, { unknown: text }]] : [],
    ),
  );
}
