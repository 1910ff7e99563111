import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';

/** Set to 1, recorded sessions are written instead of compared. Read the difference before you commit it. */
const RECORD = 'NSPASS_RECORD';
const MAIN = resolve('lib/cli/main.ts');
/** Keeps what Node has compiled, for the commands of this process: each starts in half the time. */
const COMPILED = mkdtempSync(join(tmpdir(), 'nspass-compiled-'));
process.on('exit', () => rmSync(COMPILED, { recursive: true, force: true }));

/** A text of one run, and what the recording has instead of it: an address, a port, a time. */
export type Replacement = readonly [found: string | RegExp, recorded: string];

export interface SessionOptions {
  /** Variables of the command. It gets no others of this process, so that no account or kubeconfig of the machine counts. */
  readonly env?: Readonly<Record<string, string>>;
  /** Texts that may never be printed. */
  readonly secrets?: readonly string[];
  readonly replace?: readonly Replacement[];
}

/** What a command printed, as it was, and its exit status. */
export interface Ended {
  readonly status: number | NodeJS.Signals;
  readonly text: string;
}

/** A command that runs, for who acts meanwhile. */
export interface RunningCommand {
  /** Returns what it has printed until now. */
  text(): string;
  /** Waits until the command has printed this. */
  printed(text: string | RegExp): Promise<void>;
  /** Sends a signal; `SIGINT` is Ctrl-C. */
  kill(signal: NodeJS.Signals): void;
}

/**
 * A terminal session with the real command in a folder of its own: every command line, and all that it printed, standard
 * output and standard error in the order in which a terminal shows them. The whole text is compared with a recorded file.
 */
export class Session {
  readonly folder = mkdtempSync(join(tmpdir(), 'nspass-session-'));
  readonly #options: SessionOptions;
  readonly #replace: Replacement[];
  readonly #running = new Set<() => void>();
  #text = '';

  constructor(options: SessionOptions = {}) {
    this.#options = options;
    this.#replace = [...(options.replace ?? [])];
  }

  /** Writes a file into the folder. */
  write(name: string, text: string): void {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Has the recording say something else for a text that differs from run to run. */
  replace(...replacements: readonly Replacement[]): void {
    this.#replace.push(...replacements);
  }

  /** Adds a line to the recording: what happens between two commands. */
  note(text: string): void {
    this.#add(`# ${text}\n`);
  }

  /**
   * Runs `nspass` to its end, and adds the line and all that it prints to the recording.
   *
   * @param meanwhile acts while the command runs.
   */
  async run(args: readonly string[], meanwhile?: (running: RunningCommand) => Promise<void>): Promise<Ended> {
    const ended = await this.prepare(args, meanwhile);
    const { status, text } = ended;
    const end = status === 0 ? '' : `[exit status ${status}]\n`;
    this.#add(`$ nspass ${args.map(quoted).join(' ')}\n${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${end}`);
    return ended;
  }

  /** Runs `nspass` to its end, without a trace in the recording. */
  async prepare(
    args: readonly string[],
    meanwhile: (running: RunningCommand) => Promise<void> = async () => {},
  ): Promise<Ended> {
    const file = join(this.folder, '.printed');
    // One file for both streams: Node writes to files at once, so the order is that of a terminal.
    const output = openSync(file, 'w');
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: this.folder,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: this.folder,
        NO_COLOR: '1',
        NODE_COMPILE_CACHE: COMPILED,
        ...this.#options.env,
      },
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    const kill = (): void => void child.kill('SIGKILL');
    this.#running.add(kill);
    const ended = new Promise<number | NodeJS.Signals>((done) => {
      child.once('close', (status, signal) => done(status ?? signal ?? 'SIGKILL'));
    });
    const printed = (): string => readFileSync(file, 'utf8');
    await meanwhile({
      text: printed,
      printed: async (text) => {
        await eventually(
          () => (typeof text === 'string' ? printed().includes(text) : text.test(printed())),
          `nspass ${args.join(' ')} prints ${text}; it printed:\n${printed()}`,
        );
      },
      kill: (signal) => void child.kill(signal),
    });
    const status = await ended;
    this.#running.delete(kill);
    const text = printed();
    for (const secret of this.#options.secrets ?? []) expect(text).not.toContain(secret);
    return { status, text };
  }

  #add(block: string): void {
    this.#text += this.#text === '' ? block : `\n${block}`;
  }

  /** Compares the session with a recorded file, or records it. */
  matches(file: string): void {
    const text = this.#replace.reduce((all, [found, recorded]) => all.replaceAll(global(found), recorded), this.#text);
    if (process.env[RECORD] === '1') {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return;
    }
    if (!existsSync(file))
      throw new Error(`${file} is not recorded: run this test with ${RECORD}=1, and read the file.`);
    expect(text).toBe(readFileSync(file, 'utf8'));
  }

  /** Ends what still runs, and removes the folder. */
  close(): void {
    for (const kill of this.#running) kill();
    rmSync(this.folder, { recursive: true });
  }
}

const global = (found: string | RegExp): string | RegExp =>
  typeof found === 'string' || found.global ? found : new RegExp(found.source, `${found.flags}g`);

/** An argument as a shell needs it. */
const quoted = (argument: string): string =>
  /^[\w./:@=,+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
