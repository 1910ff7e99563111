import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Calls that a process of its own answers. */
type Api = Readonly<Record<string, (...args: never[]) => unknown>>;

interface Call {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

type Answer = { readonly id: number } & ({ readonly value: unknown } | { readonly error: string });

/** A process of its own that answers calls one by one. */
export interface Child<T extends Api> {
  readonly pid: number;
  /** @throws {Error} the call failed there, or the process ended. */
  call<K extends keyof T & string>(name: K, ...args: Parameters<T[K]>): Promise<Awaited<ReturnType<T[K]>>>;
  stop(): Promise<void>;
}

/** Open calls of a child, by number. */
type Pending = Map<number, { resolve(value: never): void; reject(error: Error): void }>;

/**
 * Starts a module of this folder as a process of its own, so that its processor time and its memory are its own.
 *
 * @param file name of the module, which calls {@link answerCalls}.
 * @param flags options of Node, for example the limit of the heap.
 */
export function startChild<T extends Api>(file: string, flags: readonly string[] = []): Child<T> {
  const child = fork(new URL(file, import.meta.url), { execArgv: [...flags], serialization: 'advanced' });
  const pending: Pending = new Map();
  let next = 0;
  child.on('message', (answer: Answer) => {
    const open = pending.get(answer.id);
    pending.delete(answer.id);
    if ('error' in answer) open?.reject(new Error(answer.error));
    else open?.resolve(answer.value as never);
  });
  child.once('exit', (code, signal) => {
    for (const { reject } of pending.values()) reject(new Error(`${file} ended with ${signal ?? code}`));
    pending.clear();
  });
  return {
    pid: child.pid ?? 0,
    call: (name, ...args) =>
      new Promise((resolve, reject) => {
        const call: Call = { id: next++, name, args };
        pending.set(call.id, { resolve, reject });
        child.send(call, (error) => {
          if (error !== null && pending.delete(call.id)) reject(error);
        });
      }),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Answers the calls of the process that started this one, and ends with it. */
export function answerCalls(api: Api): void {
  process.on('disconnect', () => process.exit());
  let last: Promise<unknown> = Promise.resolve();
  process.on('message', (call: Call) => {
    last = last.then(async () => {
      const answer = await answerOf(api, call);
      process.send?.(answer);
    });
  });
}

async function answerOf(api: Api, { id, name, args }: Call): Promise<Answer> {
  try {
    return { id, value: await api[name]?.(...(args as never[])) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
