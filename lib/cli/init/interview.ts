import type { Answers, ApplianceEntry } from './entry.ts';
import type { Prompter } from './prompter.ts';
import { pairEndpoints, propose, remarksOn, type SeenAppliance, type Surroundings } from './proposal.ts';
import { ENDPOINTS, judgeAnswer, QUESTIONS, type TextQuestion } from './questions.ts';
import { askTrust, type CaProblem } from './trust.ts';
import { listText } from './written-lists.ts';

/** What an interview needs beside the person. */
export interface InterviewContext extends Omit<Surroundings, 'seen'> {
  readonly prompter: Prompter;
  readonly caProblem: CaProblem;
  /** Asks the appliance. @returns undefined if it was not asked, or did not answer. */
  readonly look: (answers: Answers) => Promise<SeenAppliance | undefined>;
}

/**
 * Asks for everything that is not answered yet: first how to reach the appliance, then, with what it answers as proposals,
 * what may be programmed on it.
 *
 * @param given answers by flags, which are not asked again.
 * @throws {Cancelled}
 */
export async function interview(given: Answers, context: InterviewContext): Promise<Answers> {
  const { others, variables, prompter } = context;
  let answers = given;
  const proposals = (seen?: SeenAppliance): Answers => propose(answers, { seen, others, variables });
  const ask = async (question: TextQuestion, proposed: Answers): Promise<void> => {
    if (Object.hasOwn(given, question.field)) return;
    answers = await askText(question, answers, proposed, context);
  };

  await ask(ENDPOINTS as TextQuestion, {});
  if (given.console === undefined && given.endpoints === undefined) answers = await askConsole(answers, prompter);
  if (given.credentials === undefined) answers = await askCredentials(answers, proposals(), prompter);
  if (given.tls === undefined) answers = await askTrust(answers, prompter, context.caProblem);

  const seen = await context.look(answers);
  if (seen !== undefined) {
    for (const remark of remarksOn(answers, seen)) prompter.note(remark);
    answers = await askPair(answers, seen, prompter);
  }
  for (const question of QUESTIONS) await ask(question, proposals(seen));
  return answers;
}

async function askText(
  question: TextQuestion,
  answers: Answers,
  proposed: Answers,
  { prompter, others }: InterviewContext,
): Promise<Answers> {
  const value = proposed[question.field];
  const text = await prompter.text({
    message: question.message,
    example: question.example,
    initial: value === undefined ? '' : question.show(value),
    problem: (typed) => judgeAnswer(question, typed, answers, others).problem,
  });
  const judged = judgeAnswer(question, text, answers, others);
  return judged.problem !== undefined || judged.value === undefined
    ? answers
    : { ...answers, [question.field]: judged.value };
}

/** Fields of `console`, by how the Console knows the appliance. */
const INSTANCES = {
  instanceIp: { label: 'by its IP address', example: '10.20.0.5' },
  instanceName: { label: 'by its name', example: 'vpx-1' },
  instanceId: { label: 'by its id', example: 'f8b7c6a5' },
} as const;

async function askConsole(answers: Answers, prompter: Prompter): Promise<Answers> {
  const direct = await prompter.choose({
    message: 'What answers at this address?',
    options: [
      { value: 'appliance', label: 'the appliance itself' },
      { value: 'console', label: 'NetScaler Console (ADM), as proxy' },
    ],
    initial: 'appliance',
  });
  if (direct === 'appliance') return answers;
  const field = await prompter.choose({
    message: 'How does the Console know the appliance?',
    options: Object.entries(INSTANCES).map(([value, { label }]) => ({ value: value as keyof typeof INSTANCES, label })),
    initial: 'instanceIp',
  });
  const { label, example } = INSTANCES[field];
  const instance = await askWord(prompter, `The appliance behind the Console, ${label}`, example, '');
  return { ...answers, console: { [field]: instance } };
}

async function askWord(prompter: Prompter, message: string, example: string, initial: string): Promise<string> {
  const problem = (text: string): string | undefined => (text.trim() === '' ? `Needed, such as ${example}` : undefined);
  return (await prompter.text({ message, example, initial, problem })).trim();
}

type CredentialsField = keyof ApplianceEntry['credentials'];

/** Sources of user name and password: never the password itself. */
const SOURCES: Readonly<Record<CredentialsField, { label: string; hint: string; message: string; example: string }>> = {
  secret: {
    label: 'a secret in AWS Secrets Manager',
    hint: 'what a deployment needs',
    message: 'Name or ARN of the secret, with {"username":"…","password":"…"}',
    example: 'nspass/edge',
  },
  environment: {
    label: 'two environment variables',
    hint: 'for commands on this machine',
    message: 'Beginning of their names, before _USERNAME and _PASSWORD',
    example: 'NSPASS_NITRO',
  },
  file: {
    label: 'a JSON file',
    hint: 'of the same form as the secret',
    message: 'Path of the file',
    example: '/run/secrets/edge.json',
  },
};

async function askCredentials(answers: Answers, proposed: Answers, prompter: Prompter): Promise<Answers> {
  const proposal: ApplianceEntry['credentials'] = proposed.credentials ?? {};
  const fields = Object.keys(SOURCES) as CredentialsField[];
  const source = await prompter.choose({
    message: 'Where are user name and password? They are never in this file',
    options: fields.map((value) => ({ value, label: SOURCES[value].label, hint: SOURCES[value].hint })),
    initial: fields.find((field) => proposal[field] !== undefined) ?? 'secret',
  });
  const question: TextQuestion<'credentials'> = {
    field: 'credentials',
    ...SOURCES[source],
    optional: false,
    parse: (text) => ({ [source]: text }),
    show: (value) => value[source] ?? '',
  };
  const text = await prompter.text({
    ...SOURCES[source],
    initial: proposal[source] ?? '',
    problem: (typed) => judgeAnswer(question as unknown as TextQuestion, typed, answers, []).problem,
  });
  return { ...answers, credentials: { [source]: text.trim() } };
}

async function askPair(answers: Answers, seen: SeenAppliance, prompter: Prompter): Promise<Answers> {
  const both = pairEndpoints(answers, seen);
  if (both === undefined) return answers;
  const add = await prompter.confirm(`It is a member of an HA pair. Write both addresses (${listText(both)})?`, true);
  return add ? { ...answers, endpoints: both } : answers;
}
