import { dirname, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { checkAppliances } from '../../config/check-appliances.ts';
import { ConfigurationInvalid } from '../../config/load.ts';
import { readCertificateAuthority } from '../../runtime/certificate-authority.ts';
import { CREDENTIALS_PREFIX } from '../appliance-target.ts';
import { UsageError } from '../usage.ts';
import { checkWritten } from './check-written.ts';
import { chooseDestination, contentWith, type Destination, writeDestination } from './destination.ts';
import { type Answers, type ApplianceEntry, answerProblems, missingFields } from './entry.ts';
import { answersOf, checkFlags, flagsOf, type InitOptions, withInitFlags } from './flags.ts';
import { CANCELLED, reportInterrupt } from './interrupt.ts';
import { interview } from './interview.ts';
import { type Look, lookAt } from './look.ts';
import { Cancelled, type Prompter } from './prompter.ts';
import { pairEndpoints, propose, remarksOn, type Surroundings } from './proposal.ts';

/** Exit status where the appliance could not be checked. */
const UNSEEN = 3;

const HELP = `
Asks for everything that no flag gives, on a terminal. The appliance is asked for its pair, front ends and clusters, to
propose answers; Enter accepts one. The file never holds a password, only where it is. With --yes nothing is asked: --nitro
is needed, and --cluster, unless the appliance or the file names a cluster.

After writing, the checks of nspass doctor run. An appliance that cannot be checked leaves the file as it is.

Examples:
  nspass init
  nspass init --yes --nitro https://192.0.2.5 --cluster prod-eu --secret nspass/edge
  nspass init --yes --add --name lab --nitro https://192.0.2.6 --cluster prod-eu --ca ca.pem
  nspass init --yes --nitro https://192.0.2.5 --cluster prod-eu --offline --dry-run

Exit status: 0 where the file is written and nothing is wrong, 1 where the checks found something, 2 for wrong usage, 3 where
the file is written and the appliance could not be checked, 130 after Ctrl-C: nothing is written.`;

/** `nspass init`: asks, proposes, and writes an appliance into `appliances.yml`. */
export function initCommand(): Command {
  return withInitFlags(new Command('init'))
    .addHelpText('after', HELP)
    .action(async (options: InitOptions) => {
      try {
        await init(options);
      } catch (error) {
        if (!(error instanceof Cancelled)) throw error;
        say('cancelled: nothing was written.');
        process.exitCode = CANCELLED;
      }
    });
}

const say = (line: string): void => void process.stderr.write(`nspass: ${line}\n`);

async function init(options: InitOptions): Promise<void> {
  const { config: file } = options;
  const given = answersOf(options);
  checkFlags(given, []);
  const prompter = await prompterFor(options, given);
  const written = reportInterrupt(say);
  const destination = await chooseDestination(file, options, prompter);
  checkFlags(given, destination.others);
  const looking = new Looking(options);
  const answers = await complete(given, destination, looking, prompter);
  const entry = entryOf(answers, file, destination.others);
  const content = contentWith(entry, destination);
  if (options.dryRun === true) {
    process.stdout.write(content);
    return;
  }
  if (prompter !== undefined) await confirmed(prompter, file, content);
  writeDestination(file, content, destination);
  written(file);
  say(`${file} is written, with the appliance ${entry.name}.`);
  if (options.offline !== true) await check(entry.name, looking.problem, options);
}

/** Returns who is asked; undefined with `--yes`. @throws {UsageError} without a terminal. */
async function prompterFor({ yes = false }: InitOptions, given: Answers): Promise<Prompter | undefined> {
  if (yes) {
    if (given.endpoints === undefined) throw new UsageError('--yes needs --nitro: nothing proposes an address.');
    return undefined;
  }
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    const flags = flagsOf(missingFields(given).filter((field) => field === 'endpoints' || field === 'clusters'));
    throw new UsageError(`There is no terminal to ask questions on: add --yes${flags === '' ? '' : `, ${flags}`}.`);
  }
  const { clackPrompter } = await import('./clack-prompter.ts');
  return clackPrompter(process.stdin, process.stderr);
}

/** Asks the appliance once, and keeps why it did not answer. */
class Looking {
  readonly #options: InitOptions;
  problem: string | undefined;

  constructor(options: InitOptions) {
    this.#options = options;
  }

  async at(answers: Answers): Promise<Look['seen']> {
    if (this.#options.offline === true) return undefined;
    const { appliances } = checkAppliances({
      appliances: [{ name: 'appliance', clusters: ['cluster'], ...withCa(answers, (ca) => resolve(ca)) }],
    });
    const [config] = appliances ?? [];
    if (config === undefined) return undefined;
    say(`asking ${config.endpoints.join(', ')} for proposals …`);
    const { seen, problem } = await lookAt(config, this.#options);
    this.problem = problem;
    if (problem !== undefined) say(`no proposals from the appliance: ${problem}`);
    return seen;
  }
}

/** Returns all answers: of flags, of a person if there is one, and proposals for the rest. */
async function complete(
  given: Answers,
  { others }: Destination,
  looking: Looking,
  prompter: Prompter | undefined,
): Promise<Answers> {
  const variables = ['USERNAME', 'PASSWORD'].every(
    (part) => (process.env[`${CREDENTIALS_PREFIX}_${part}`] ?? '') !== '',
  );
  if (prompter !== undefined) {
    return interview(given, { others, variables, prompter, caProblem, look: (answers) => looking.at(answers) });
  }
  const problem = given.tls?.ca === undefined ? undefined : caProblem(given.tls.ca);
  if (problem !== undefined) throw new UsageError(problem);
  const around: Omit<Surroundings, 'seen'> = { others, variables };
  const { credentials } = { ...propose(given, { ...around, seen: undefined }), ...given };
  const reachable = { ...given, ...(credentials === undefined ? {} : { credentials }) };
  const seen = await looking.at(reachable);
  for (const remark of seen === undefined ? [] : remarksOn(given, seen)) say(remark);
  const endpoints = seen === undefined ? undefined : pairEndpoints(given, seen);
  const answers = { ...reachable, ...(endpoints === undefined ? {} : { endpoints }) };
  return { ...propose(answers, { ...around, seen }), ...answers };
}

/** @throws {UsageError} if something is missing or wrong. */
function entryOf(answers: Answers, file: string, others: readonly ApplianceEntry[]): ApplianceEntry {
  const missing = missingFields(answers);
  if (missing.length > 0) throw new UsageError(`Nothing proposes a value for ${flagsOf(missing)}: add the flag.`);
  const [problem] = answerProblems(answers, others);
  if (problem !== undefined) throw new UsageError(`${problem.field}: ${problem.message}`);
  // In the file, the path is relative to the file.
  return withCa(answers, (ca) => relative(resolve(dirname(file)), resolve(ca))) as ApplianceEntry;
}

function withCa(answers: Answers, path: (ca: string) => string): Answers {
  const { tls } = answers;
  return tls?.ca === undefined ? answers : { ...answers, tls: { ...tls, ca: path(tls.ca) } };
}

function caProblem(path: string): string | undefined {
  try {
    readCertificateAuthority('appliance', resolve(path));
    return undefined;
  } catch (error) {
    if (error instanceof ConfigurationInvalid) return error.message;
    throw error;
  }
}

/** Shows what will be written. @throws {Cancelled} */
async function confirmed(prompter: Prompter, file: string, content: string): Promise<void> {
  prompter.note(content.trimEnd());
  if (!(await prompter.confirm(`Write ${file}?`, true))) throw new Cancelled();
}

async function check(name: string, problem: string | undefined, options: InitOptions): Promise<void> {
  const { config: file, region, endpoint } = options;
  const cloud = Object.entries({ region, endpoint }).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}`, value],
  );
  // What did not answer a moment ago is not asked again.
  const checked = problem === undefined ? await checkWritten(file, name, cloud) : 'unseen';
  if (checked !== 'unseen') return;
  say(
    `${name} could not be checked; ${file} stays. Check it later: nspass doctor --config ${file} --appliance ${name}`,
  );
  process.exitCode = UNSEEN;
}
