// `npm run fuzz -- [TARGET…] --inputs N --seed S`: mutates kept inputs until a parser breaks. Ends with 1 if one did.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { breaks } from './campaign.ts';
import { writeFound } from './corpus.ts';
import { seedOf } from './random.ts';
import { TARGETS, targetNamed } from './targets/index.ts';
import { type WatchedResult, watchedCampaign } from './watch.ts';

const HELP = `npm run fuzz -- [TARGET…] [--inputs N] [--seed S]
npm run fuzz -- TARGET --replay FILE

Gives parsers their kept inputs (test/fuzz/corpus) and mutations of them.

  TARGET         one or more of the targets below; all without a name
  --inputs N     inputs for each target, default 100000
  --seed S       seed of the mutations, default 1: the same seed repeats a run
  --replay FILE  gives one input to a target, and prints what breaks
  --help         prints this

Exit status: 0 nothing broke, 1 a parser broke or hung, 2 the command cannot be used so.

Targets:
`;

function help(): string {
  return HELP + TARGETS.map(({ name, parser }) => `  ${name.padEnd(20)} ${parser}\n`).join('');
}

/** Reports a crash or a hang. @returns the line for the summary. */
function report(name: string, seed: number, result: WatchedResult): string | undefined {
  const broken = 'hang' in result ? { input: result.hang, reason: 'it did not end' } : crashOf(result);
  if (broken === undefined) return undefined;
  const file = writeFound(name, `seed-${seed}-${seedOf(broken.input.toString('latin1')).toString(16)}`, broken.input);
  const path = relative(process.cwd(), file);
  process.stdout.write(
    `\n${name} broke at input ${result.inputs} of seed ${seed}:\n${broken.reason}\n` +
      `input (${broken.input.length} bytes): ${JSON.stringify(broken.input.toString('utf8').slice(0, 500))}\n` +
      `again: npm run fuzz -- ${name} --replay ${path}\n\n`,
  );
  return `${name}: ${path}`;
}

function crashOf(result: Exclude<WatchedResult, { hang: Buffer }>): { input: Buffer; reason: string } | undefined {
  if (result.crash === undefined) return undefined;
  const { minimal, reason } = result.crash;
  return { input: Buffer.from(minimal), reason: result.minimalReason || reason };
}

async function fuzz(names: readonly string[], inputs: number, seed: number): Promise<number> {
  const broken: string[] = [];
  let total = 0;
  for (const name of names) {
    const began = performance.now();
    const result = await watchedCampaign({ target: name, seed, inputs }, (count) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${name.padEnd(20)} ${count.toLocaleString('en')}\u001b[K`);
    });
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    const seconds = (performance.now() - began) / 1_000;
    total += result.inputs;
    const outcomes = 'outcomes' in result ? `${result.outcomes} outcomes` : '';
    process.stdout.write(
      `${name.padEnd(20)} ${result.inputs.toLocaleString('en').padStart(10)} inputs ${seconds.toFixed(0).padStart(5)} s  ${outcomes}\n`,
    );
    const line = report(name, seed, result);
    if (line !== undefined) broken.push(line);
  }
  const end = broken.length === 0 ? 'nothing broke' : `${broken.length} broke:\n  ${broken.join('\n  ')}`;
  process.stdout.write(`${total.toLocaleString('en')} inputs, seed ${seed}: ${end}\n`);
  return broken.length === 0 ? 0 : 1;
}

async function replay(names: readonly string[], file: string): Promise<number> {
  const [name] = names;
  if (name === undefined || names.length > 1) return misused('--replay needs one target');
  const reason = await breaks(targetNamed(name), readFileSync(file));
  process.stdout.write(reason === undefined ? `${name}: ${file} breaks nothing\n` : `${name}: ${file}\n${reason}\n`);
  return reason === undefined ? 0 : 1;
}

function misused(message: string): number {
  process.stderr.write(`${message}\nnpm run fuzz -- --help\n`);
  return 2;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      inputs: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      replay: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(help());
    return 0;
  }
  const unknown = positionals.filter((name) => !TARGETS.some((target) => target.name === name));
  if (unknown.length > 0) return misused(`unknown target ${unknown.join(', ')}`);
  if (values.replay !== undefined) return replay(positionals, values.replay);
  const [inputs, seed] = [Number(values.inputs), Number(values.seed)];
  if (!Number.isSafeInteger(inputs) || inputs < 1) return misused('--inputs is not a number above 0');
  if (!Number.isSafeInteger(seed) || seed < 0) return misused('--seed is not a whole number');
  return fuzz(positionals.length === 0 ? TARGETS.map(({ name }) => name) : positionals, inputs, seed);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = misused((error as Error).message);
}
