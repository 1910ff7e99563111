import type { Clock } from '../ports.ts';
import type { ApiRequest, KubernetesApi } from './api.ts';
import { ApiTimeoutError } from './api-error.ts';
import type { Turns } from './turns.ts';

export interface IdleReadOptions {
  readonly api: KubernetesApi;
  readonly request: Pick<ApiRequest, 'path' | 'query' | 'accept'>;
  readonly splitter: { push(chunk: Buffer): void };
  /** Each piece of the answer is read in a turn of its own. */
  readonly turns: Turns;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Silence after which the read is given up, in milliseconds. */
  readonly idleMs: number;
  /** The server answered. */
  readonly opened?: () => void;
  /** The server sent something. */
  readonly heard: () => void;
}

/** A watch went silent: its connection may be half-open, and is given up without a wait. */
export class IdleWatch extends ApiTimeoutError {}

/**
 * Reads one answer to its end.
 *
 * @throws {IdleWatch | ApiTimeoutError} where nothing comes for too long, or the error of the request.
 */
export async function readUntilIdle(options: IdleReadOptions): Promise<void> {
  const { api, request, splitter, turns, signal, clock, idleMs, opened, heard } = options;
  const idle = new AbortController();
  let heardAt = clock.now();
  const check = (): void => {
    const rest = heardAt + idleMs - clock.now();
    if (rest <= 0) idle.abort();
    else timer = clock.after(rest, check);
  };
  let timer = clock.after(idleMs, check);
  try {
    const chunks = await api.stream({ ...request, signal: AbortSignal.any([signal, idle.signal]) });
    heard();
    opened?.();
    for await (const chunk of chunks) {
      heardAt = clock.now();
      heard();
      await turns.run(() => splitter.push(chunk));
      heardAt = clock.now();
    }
  } catch (error) {
    if (!idle.signal.aborted || signal.aborted) throw error;
    if (request.query?.watch !== undefined) throw new IdleWatch(`nothing came for ${idleMs} ms`);
    throw new ApiTimeoutError(`a list stopped for ${idleMs} ms`);
  } finally {
    timer.cancel();
  }
}
