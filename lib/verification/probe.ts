import type { FactId, FactValue } from '../appliance-facts/index.ts';
import type { ProbeObject, VerificationSettings } from './settings.ts';
import type { ProbeTools } from './tools.ts';

/** What was found out about a fact: its value, or why it is unknown. The reason never quotes the appliance. */
export type FactFinding = { readonly value: FactValue; readonly why?: string } | { readonly unknown: string };

export type FactFindings = Partial<Record<FactId, FactFinding>>;

/** A part of the verification: finds out some facts, with objects of its own. */
export interface Probe {
  readonly name: string;
  /** Facts that it finds out with these settings. */
  facts(settings: VerificationSettings): readonly FactId[];
  /** Every object that it may make. */
  objects(settings: VerificationSettings): readonly ProbeObject[];
  /** Requests to an appliance that behaves as expected. */
  requests(settings: VerificationSettings): number;
  run(tools: ProbeTools): Promise<FactFindings>;
}

/** Returns yes or no by an error code; the reason of a no is the code. */
export function byCode(code: number, yes = code === 0): FactFinding {
  return yes ? { value: true } : { value: false, why: refusedWith(code) };
}

export const refusedWith = (code: number): string =>
  code === 0 ? 'accepted, and not done' : `refused with error ${code}`;
