import type { ServerResponse } from 'node:http';
import type { ConsoleEvent, ConsoleWatch } from './watch.ts';

/** Most pages that are connected at once. */
const MOST_STREAMS = 32;
/** Time between comments that keep a connection open and show that its page is gone, in milliseconds. */
const HEARTBEAT_MS = 15_000;
/** Bytes that may wait for a page before it is disconnected. */
const MOST_WAITING_BYTES = 4_000_000;

/** Sends events to the pages that are connected (server-sent events). */
export class EventStreams {
  readonly #watch: Pick<ConsoleWatch, 'connect'>;
  #open = 0;

  constructor(watch: Pick<ConsoleWatch, 'connect'>) {
    this.#watch = watch;
  }

  get full(): boolean {
    return this.#open >= MOST_STREAMS;
  }

  /** Connects a page, until it closes the connection. @param response without a status yet. */
  open(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
    this.#open += 1;
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8' });
    response.flushHeaders();
    const write = (text: string): void => {
      // A page that reads nothing must not fill the memory: it connects again.
      if (response.writableLength > MOST_WAITING_BYTES) response.destroy();
      else response.write(text);
    };
    const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS);
    const disconnect = this.#watch.connect((event) => write(textOf(event)));
    response.once('close', () => {
      this.#open -= 1;
      clearInterval(heartbeat);
      disconnect();
    });
  }
}

/** JSON has no line breaks, so that an event is one line of data. */
const textOf = ({ type, data }: ConsoleEvent): string => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
