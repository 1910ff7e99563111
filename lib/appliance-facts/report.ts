import { type ApplianceBehaviour, FACT_IDS, type FactId, factOf, isFactId } from './catalogue.ts';
import { type FactValue, isValueOf } from './fact.ts';

/** Format of reports. A report of another format is not read. */
const FORMAT = 'nspass-appliance-facts/1';

/** Release, build and kind of an appliance: all that a report says about which one it was. */
export interface ApplianceIdentity {
  /** `14.1-51.80`, or `unknown`. */
  readonly build: string;
  /** `VPX`, `CPX` and the like; `simulator`; or `unknown`. */
  readonly model: string;
}

const MODELS: readonly string[] = ['VPX', 'CPX', 'MPX', 'SDX', 'BLX', 'simulator', 'unknown'];
const BUILD = /^(\d{1,3}\.\d{1,3}-\d{1,4}\.\d{1,4}|unknown)$/;
/** Printable ASCII of one line. */
const REASON = /^[ -~]{1,200}$/;

/** A fact as reported: `unknown` with a reason, or a value. A reason never quotes the appliance. */
export interface ReportedFact {
  readonly value: FactValue;
  readonly why?: string;
}

/** Facts about one appliance, without anything that tells which appliance it is. */
export interface FactReport {
  readonly format: typeof FORMAT;
  readonly appliance: ApplianceIdentity;
  readonly facts: { readonly [Id in FactId]: ReportedFact };
}

/** Value of a fact that was not found out. */
export const UNKNOWN = 'unknown';

/** A finding of a probe: a value, or the reason why there is none. */
type Found = { readonly value: FactValue; readonly why?: string } | { readonly unknown: string };

/** Returns a report of all facts; one that nobody looked for is unknown. */
export function reportOf(appliance: ApplianceIdentity, found: Partial<Record<FactId, Found>>): FactReport {
  const facts = FACT_IDS.map((id): [FactId, ReportedFact] => {
    const finding = found[id] ?? { unknown: 'it was not asked for' };
    return [id, 'unknown' in finding ? { value: UNKNOWN, why: finding.unknown } : finding];
  });
  return { format: FORMAT, appliance, facts: Object.fromEntries(facts) as FactReport['facts'] };
}

/** Returns the reasons for facts that need more than the NITRO API, where the user lends nothing. */
export function needsText(): Partial<Record<FactId, string>> {
  const texts = {
    'front end': 'it needs a free address and port: --vip',
    'back end': 'it needs --vip, and an address of this machine: --backend-address',
    partition: 'it needs an admin partition: --partition',
  } as const;
  return Object.fromEntries(
    FACT_IDS.flatMap((id) => {
      const { needs } = factOf(id);
      return needs === undefined ? [] : [[id, texts[needs]]];
    }),
  );
}

/** The text is not a report of facts. */
export class ReportInvalid extends Error {
  override readonly name = 'ReportInvalid';
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads a report. Facts that this version does not know are left out; those that the report lacks are unknown.
 *
 * @throws {ReportInvalid}
 */
export function readReport(given: unknown): FactReport {
  if (!isObject(given) || given.format !== FORMAT)
    throw new ReportInvalid(`it is not a report of facts: expected "format": "${FORMAT}"`);
  const { appliance, facts } = given;
  if (!isObject(appliance) || !isObject(facts)) throw new ReportInvalid('it has no appliance, or no facts');
  const build = String(appliance.build);
  const model = String(appliance.model);
  if (!BUILD.test(build)) throw new ReportInvalid('its build is not of the form 14.1-51.80');
  if (!MODELS.includes(model)) throw new ReportInvalid(`its model is not one of ${MODELS.join(', ')}`);
  const known = Object.entries(facts).filter((entry): entry is [FactId, unknown] => isFactId(entry[0]));
  return reportOf({ build, model }, Object.fromEntries(known.map(([id, fact]) => [id, readFact(id, fact)])));
}

function readFact(id: FactId, given: unknown): Found {
  const value = isObject(given) ? given.value : undefined;
  const why = isObject(given) ? given.why : undefined;
  if (why !== undefined && (typeof why !== 'string' || !REASON.test(why)))
    throw new ReportInvalid(`the reason of ${id} is not one line of plain text`);
  if (value === UNKNOWN) return { unknown: why ?? 'the report does not say why' };
  if (!isValueOf(factOf(id), value)) throw new ReportInvalid(`${id} has a value that it cannot have`);
  return why === undefined ? { value } : { value, why };
}

/** Returns the values that a report knows. */
export function behaviourIn({ facts }: FactReport): Partial<ApplianceBehaviour> {
  const known = FACT_IDS.filter((id) => facts[id].value !== UNKNOWN);
  return Object.fromEntries(known.map((id) => [id, facts[id].value]));
}

/** Returns the known facts whose value is not the one that the product expects. */
export function unexpected({ facts }: FactReport): FactId[] {
  return FACT_IDS.filter((id) => facts[id].value !== UNKNOWN && facts[id].value !== factOf(id).expected);
}

/** Returns the facts that were not found out. */
export function unknownFacts({ facts }: FactReport): FactId[] {
  return FACT_IDS.filter((id) => facts[id].value === UNKNOWN);
}
