import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudEvent } from '../../lib/contract/index.ts';

export interface PutEvent {
  /** First segment of the endpoint's path: who sent it. */
  readonly by: string;
  readonly detailType: string;
  readonly detail: CloudEvent;
  readonly at: number;
}

/** The two operations of AWS that the forwarder calls, over the wire: PutEvents, and receiving from a queue. */
export class FakeCloud {
  readonly events: PutEvent[] = [];
  /** Bodies that wait in the queue. */
  readonly queue: string[] = [];
  /** Milliseconds that the bus takes to answer, after it took the events. */
  delayMs = 0;
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const operation =
        String(request.headers['x-amz-target'] ?? '')
          .split('.')
          .at(-1) ?? '';
      const by = (request.url ?? '').split('/')[1] ?? '';
      this.#serve(operation, by, JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}'), response);
    });
  });

  static async start(): Promise<FakeCloud> {
    const cloud = new FakeCloud();
    await new Promise<void>((resolve) => cloud.#server.listen(0, '127.0.0.1', resolve));
    return cloud;
  }

  /** @param who stands in the endpoint's path, so that it is known who sent what. */
  endpoint(who: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${who}`;
  }

  by(who: string): PutEvent[] {
    return this.events.filter(({ by }) => by === who);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(operation: string, by: string, body: Record<string, unknown>, response: ServerResponse): void {
    const answer = (json: unknown): void => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(json));
    };
    if (operation === 'PutEvents') {
      const entries = body.Entries as { DetailType: string; Detail: string }[];
      for (const { DetailType, Detail } of entries) {
        this.events.push({ by, detailType: DetailType, detail: JSON.parse(Detail) as CloudEvent, at: Date.now() });
      }
      setTimeout(
        () => answer({ FailedEntryCount: 0, Entries: entries.map((_, index) => ({ EventId: String(index) })) }),
        this.delayMs,
      );
      return;
    }
    if (operation === 'ReceiveMessage') {
      const next = this.queue.shift();
      const message = (text: string) => ({
        MessageId: 'm',
        ReceiptHandle: 'r',
        Body: text,
        MD5OfBody: createHash('md5').update(text).digest('hex'),
      });
      setTimeout(() => answer(next === undefined ? {} : { Messages: [message(next)] }), next === undefined ? 100 : 0);
      return;
    }
    const ids = (body.Entries ?? []) as { Id: string }[];
    answer({ Successful: ids.map(({ Id }) => ({ Id })), Failed: [] });
  }
}
