import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Part } from './part.ts';
import { figuresIn } from './program-output.ts';

/**
 * A part that is a program of its own, because it measures a process as a whole.
 *
 * @param file beside `run.ts`.
 */
export function program(name: string, summary: string, file: string, args: readonly string[] = []): Part {
  return {
    name,
    summary,
    async measure() {
      const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
      // A group of its own, so that what the program started ends with it.
      const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      const kill = (): void => {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      };
      process.once('exit', kill);
      try {
        const [out, errors] = [text(child.stdout), text(child.stderr)];
        const [status] = (await once(child, 'close')) as [number | null];
        // With 1 it says that it missed a target.
        const figures = figuresIn(await out);
        if (figures.length > 0 && (status === 0 || status === 1)) return { figures };
        throw new Error(`${file} ended with ${status}: ${(await errors).trim().split('\n').at(-1) ?? ''}`);
      } finally {
        process.off('exit', kill);
      }
    },
  };
}
