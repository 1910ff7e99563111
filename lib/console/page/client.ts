import type { ConsoleError } from '../api.ts';

/** An answer of the server that is an error: the message is the server's, and is meant to be read. */
class AnswerError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'AnswerError';
    this.status = status;
  }
}

/**
 * Reads one answer of the console's server.
 *
 * @param path of api.ts, with its query.
 * @throws {AnswerError} if the server refuses.
 */
export async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { headers: { accept: 'application/json' }, signal: signal ?? null });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new AnswerError(0, 'The console does not answer. Check that nspass console still runs in its terminal.');
  }
  if (response.ok) return (await response.json()) as T;
  throw new AnswerError(response.status, await reason(response));
}

async function reason(response: Response): Promise<string> {
  try {
    return ((await response.json()) as ConsoleError).error;
  } catch {
    return `The console answered with the status ${response.status}.`;
  }
}
