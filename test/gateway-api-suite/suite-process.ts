import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';

/** What became of a whole test. */
const TEST = /^ {4}--- (PASS|FAIL): /;

/**
 * Runs the built suite. Its words go to a file, and what became of each test to standard output at the end.
 *
 * @returns everything that it said.
 */
export async function runSuite(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  log: string,
): Promise<string> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = (): void => void child.kill('SIGTERM');
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const file = createWriteStream(log);
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      file.write(`${line}\n`);
      if (TEST.test(line)) console.log(line.trim());
    });
  }
  await once(child, 'close');
  process.off('SIGINT', stop).off('SIGTERM', stop);
  await finished(file.end());
  return lines.join('\n');
}
