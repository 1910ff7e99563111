import {
  FACT_IDS,
  type FactId,
  type FactReport,
  factOf,
  type SealCheck,
  UNKNOWN,
  unexpected,
  unknownFacts,
  valueText,
} from '../../appliance-facts/index.ts';
import type { Left, ProbeObject, VerificationPlan, VerificationSettings } from '../../verification/index.ts';

const lineOf = ({ type, name, detail }: ProbeObject): string =>
  `  ${type} ${name}${detail === undefined ? '' : ` (${detail})`}`;

/** Returns what a run would do. */
export function planText({ objects, requests }: VerificationPlan, settings: VerificationSettings): string[] {
  const { frontEnd, backEndAddress, partition } = settings;
  const where = partition ? 'in the admin partition' : 'in the default partition';
  return [
    `nspass verify would make these ${objects.length} objects ${where}, and remove them again:`,
    ...objects.map(lineOf),
    `It sends ${requests} requests to an appliance that behaves as expected. It saves nothing, and touches no other object.`,
    ...(frontEnd === undefined
      ? ['Without --vip, nothing is asked that needs a connection through the appliance.']
      : []),
    ...(frontEnd !== undefined && backEndAddress === undefined
      ? ['Without --backend-address, nothing is asked that needs a back end.']
      : []),
    'Nothing was sent: add --yes to run it.',
  ];
}

/** Returns a report for people: each fact with its value, and what follows where it is not as expected. */
export function reportText(report: FactReport): string[] {
  const { build, model } = report.appliance;
  const known = FACT_IDS.length - unknownFacts(report).length;
  const others = unexpected(report).length;
  return [
    `${model}, build ${build}: ${known} of ${FACT_IDS.length} facts are known, ${others} of them not as expected`,
    ...FACT_IDS.flatMap((id) => factText(id, report)),
  ];
}

/** Columns of the marks and values before a sentence. */
const INDENT = ' '.repeat(13);

function factText(id: FactId, { facts }: FactReport): string[] {
  const fact = factOf(id);
  const { value, why } = facts[id];
  const unknown = value === UNKNOWN;
  const differs = !unknown && value !== fact.expected;
  const first = `${unknown ? '?' : differs ? '!' : ' '} ${valueText(value).padEnd(10)} ${fact.statement} [${id}]`;
  const reason = why === undefined ? [] : [`${INDENT}${why}`];
  return [first, ...reason, ...(differs ? [`${INDENT}${fact.otherwise}`] : [])];
}

/** Returns what is still on the appliance. */
export function leftText(left: readonly Left[]): string[] {
  if (left.length === 0) return [];
  return [
    `${left.length === 1 ? 'One object is' : `${left.length} objects are`} still on the appliance:`,
    ...left.map(({ object, why }) => `${lineOf(object)}: ${why}`),
    'Remove the cause, then run nspass verify --clean --yes.',
  ];
}

/** Returns what would be removed, or was. */
export function cleanText(objects: readonly ProbeObject[], yes: boolean): string[] {
  if (objects.length === 0) return ['Nothing of nspass verify is on the appliance.'];
  return [
    yes ? 'Removed:' : 'Left over from an earlier run:',
    ...objects.map(lineOf),
    ...(yes ? [] : ['Nothing was changed: add --yes to remove them.']),
  ];
}

const SIGNATURES: Readonly<Record<SealCheck['signature'], string>> = {
  none: 'not signed',
  unchecked: 'signed, not checked: name the public key with --key',
  valid: 'signed with this key',
  invalid: 'NOT signed with this key',
};

/** Returns what the seal of a file says. */
export function sealText({ unchanged, signature, keyId }: SealCheck): string[] {
  return [
    `digest: ${unchanged ? 'that of the report' : 'NOT that of the report: one of them was changed'}`,
    `signature: ${SIGNATURES[signature]}${keyId === undefined ? '' : ` (key ${keyId.slice(0, 16)})`}`,
  ];
}
