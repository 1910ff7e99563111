import { spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { eventually } from './eventually.ts';

const MAIN = resolve('lib/cli/main.ts');

/** Whether this machine has `script` of util-linux, which gives a command a terminal. */
export const HAS_TERMINAL = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux');

/** A question, by a part of it, and the keys that are pressed when it is shown. */
export type Step = readonly [shown: string, keys: string];

export const ENTER = '\r';
export const CTRL_C = '\u0003';
/** Empties the line that is edited. */
export const CTRL_U = '\u0015';

/**
 * Runs `nspass` on a terminal, and presses keys: each step when its question is shown, after the step before.
 *
 * @returns everything that the terminal was sent, and the exit status.
 */
export async function terminalRun(
  args: readonly string[],
  steps: readonly Step[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<{ readonly status: number | null; readonly raw: string }> {
  const line = ['stty cols 120 rows 40; exec', ...[process.execPath, MAIN, ...args].map((word) => `'${word}'`)].join(
    ' ',
  );
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    cwd,
    env: { PATH: process.env.PATH ?? '', HOME: cwd, TERM: 'xterm', SHELL: '/bin/sh', NO_COLOR: '1', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let raw = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    raw += text;
  });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  try {
    let from = 0;
    for (const [shown, keys] of steps) {
      const found = await eventually(() => {
        const at = raw.indexOf(shown, from);
        if (at >= 0) return at + 1;
        if (child.exitCode !== null) throw new Error(`The command ended before it showed ${shown}:\n${raw}`);
        return undefined;
      }, `the terminal shows ${shown}`);
      from = found;
      child.stdin.write(keys);
    }
    return { status: await ended, raw };
  } finally {
    child.kill('SIGKILL');
  }
}

const [HIDE_CURSOR, SHOW_CURSOR, CLEAR] = ['\u001b[?25l', '\u001b[?25h', '\u001b[J'] as const;

/**
 * Returns what stays on the terminal: of each question its last picture, and all other output. clack hides the cursor for
 * a question, clears what it drew, and shows the cursor after the last picture.
 */
export function settled(raw: string): string {
  const [start = '', ...questions] = raw.split(HIDE_CURSOR);
  const shown = questions.map((question) => {
    const [pictures = '', ...after] = question.split(SHOW_CURSOR);
    return pictures.slice(pictures.lastIndexOf(CLEAR) + CLEAR.length) + after.join('');
  });
  return [start, ...shown].join('').replaceAll(SHOW_CURSOR, '').replaceAll('\r\n', '\n');
}
