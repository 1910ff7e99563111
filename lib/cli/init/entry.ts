import type * as z from 'zod/mini';
import type { ApplianceConfig } from '../../config/appliances.ts';
import { checkAppliances } from '../../config/check-appliances.ts';
import { inAny } from '../../ingress/cidr.ts';
import { parseAddress } from '../../ingress/ip.ts';
import { vipProblem } from '../vip-option.ts';

/** An appliance as it stands in `appliances.yml`: what has its default may be absent. */
export type ApplianceEntry = z.input<typeof ApplianceConfig>;
/** What is known of an entry so far. */
export type Answers = Partial<ApplianceEntry>;
export type EntryField = keyof ApplianceEntry;

/** A problem of one field of an entry. */
export interface EntryProblem {
  readonly field: EntryField;
  readonly message: string;
}

/** Values of required fields, so that the others can be judged before these are known. */
const ANY: ApplianceEntry = {
  endpoints: ['https://192.0.2.5'],
  clusters: ['any'],
  name: 'any',
  credentials: { environment: 'ANY' },
};

/**
 * Returns everything that is wrong with the answers: by the rules of the loader, and by the rule for addresses of front
 * ends (VAL-9), which would reject every Ingress without an address of its own. Required fields may be absent.
 *
 * @param others the other appliances of the file.
 */
export function answerProblems(answers: Answers, others: readonly ApplianceEntry[]): EntryProblem[] {
  const { problems } = checkAppliances({ appliances: [...others, { ...ANY, ...answers }] });
  const own = problems.filter(({ path }) => path[0] === 'appliances' && path[1] === others.length);
  const found = own.flatMap(({ path: [, , field, ...rest], message }): EntryProblem[] =>
    field === undefined || !Object.hasOwn(answers, field)
      ? []
      : [{ field: field as EntryField, message: `${placeOf(rest)}${message}` }],
  );
  return [...found, ...frontendProblems(answers)];
}

/** Returns the place of a problem inside a field: the number of an entry, or the name of a field. */
function placeOf(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path;
  if (first === undefined) return '';
  const place = typeof first === 'number' ? `entry ${first + 1}` : String(first);
  return `${[place, ...rest.map(String)].join('.')}: `;
}

function frontendProblems({ defaultVip: vip, frontendIPs: ranges }: Answers): EntryProblem[] {
  if (vip === undefined) return [];
  const message = vipProblem(vip);
  if (message !== undefined) return [{ field: 'defaultVip', message }];
  const address = parseAddress(vip);
  if (ranges === undefined || address === undefined || inAny(ranges, address)) return [];
  return [{ field: 'frontendIPs', message: `the default VIP ${vip} is in none of the ranges` }];
}

/** Returns the required fields that are still unknown. */
export function missingFields(answers: Answers): EntryField[] {
  return (Object.keys(ANY) as EntryField[]).filter((field) => answers[field] === undefined);
}
