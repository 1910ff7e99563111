import { spawn } from 'node:child_process';

/** What a program wrote, and how it ended. */
export interface ProgramRun {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a program with its arguments, without a shell.
 *
 * @param input its standard input, which is closed afterwards.
 */
export function runProgram(
  name: string,
  args: readonly string[],
  input: string,
  timeoutMs: number,
): Promise<ProgramRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutMs, killSignal: 'SIGKILL' });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('latin1');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString('latin1');
    });
    child.once('error', reject);
    // A program that ends early does not read its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.once('close', (status) => resolve({ status: status ?? -1, out, err }));
  });
}
