import { type Answers, type ApplianceEntry, answerProblems, type EntryField } from './entry.ts';
import { listText, ownershipsText, parseList, parseOwnerships } from './written-lists.ts';

/** A question that is answered by a line of text. */
export interface TextQuestion<Field extends EntryField = EntryField> {
  readonly field: Field;
  readonly message: string;
  /** An answer, shown while there is none. */
  readonly example: string;
  /** Whether an empty answer leaves the field out. */
  readonly optional: boolean;
  /** Returns the value of a text that is not empty; undefined if the text has another form. */
  parse(text: string): ApplianceEntry[Field] | undefined;
  /** Returns the text of a value. */
  show(value: NonNullable<ApplianceEntry[Field]>): string;
}

type ListField = 'clusters' | 'endpoints' | 'namespaces' | 'frontendIPs' | 'memberNetworks';

const list = <Field extends ListField>(
  field: Field,
  optional: boolean,
  message: string,
  example: string,
): TextQuestion<Field> => ({ field, message, example, optional, parse: parseList, show: listText });

const word = <Field extends 'name' | 'defaultVip' | 'systemId'>(
  field: Field,
  optional: boolean,
  message: string,
  example: string,
): TextQuestion<Field> => ({ field, message, example, optional, parse: (text) => text, show: (value) => `${value}` });

export const ENDPOINTS = list(
  'endpoints',
  false,
  'Address of the NITRO API: one URL, or both of an HA pair',
  'https://10.0.0.5, https://10.0.0.6',
);

const OWNERSHIP: TextQuestion<'hostOwnership'> = {
  field: 'hostOwnership',
  message: 'Domains that only some namespaces may use (empty: any namespace may use any host)',
  example: 'shop.example.com=shop bank.example.com=bank,tellers',
  optional: true,
  parse: parseOwnerships,
  show: ownershipsText,
};

/** Questions after the appliance was asked, in their order: each proposal may follow from the answers before. */
export const QUESTIONS: readonly TextQuestion[] = [
  word('name', false, 'Name of the appliance, in outcomes, metrics and queues', 'edge'),
  list('clusters', false, 'Clusters that it serves', 'prod-eu, prod-us'),
  list('namespaces', true, 'Only these namespaces (empty: all)', 'shop, bank'),
  word('defaultVip', true, 'VIP for Ingresses without frontend-ip (empty: none)', '192.0.2.10'),
  list('frontendIPs', true, 'Ranges that a VIP must lie in (empty: any address, for a laboratory)', '192.0.2.0/28'),
  list(
    'memberNetworks',
    true,
    'Ranges of the pods and nodes that it may send to (empty: any)',
    '10.244.0.0/16, 10.0.0.0/24',
  ),
  OWNERSHIP,
  word('systemId', true, 'Prefix of every name on the appliance (empty: nsp)', 'nsp'),
] as readonly TextQuestion[];

/** An answer that can be used, or why it cannot. */
export type JudgedAnswer =
  | { readonly value: ApplianceEntry[EntryField] | undefined; readonly problem?: undefined }
  | { readonly problem: string };

/**
 * Judges the text of an answer, by the rules of the loader.
 *
 * @param answers those before.
 * @returns the value; undefined leaves the field out.
 */
export function judgeAnswer(
  question: TextQuestion,
  text: string,
  answers: Answers,
  others: readonly ApplianceEntry[],
): JudgedAnswer {
  const given = text.trim();
  if (given === '')
    return question.optional ? { value: undefined } : { problem: `Needed, such as ${question.example}` };
  const value = question.parse(given);
  if (value === undefined) return { problem: `Expected the form ${question.example}` };
  const problems = answerProblems({ ...answers, [question.field]: value }, others);
  const problem = problems.find(({ field }) => field === question.field);
  return problem === undefined ? { value } : { problem: problem.message };
}
