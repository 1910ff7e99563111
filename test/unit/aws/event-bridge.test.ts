import type { EventBridgeClient, PutEventsCommand, PutEventsResponse } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { EntryTooLarge } from '../../../lib/aws/entry.ts';
import { createPublisher, EntryRefused } from '../../../lib/aws/event-bridge.ts';
import type { BusEvent } from '../../../lib/contract/index.ts';
import { anEvent } from './events.ts';

type Answer = (ids: string[], call: number) => (string | undefined)[] | Error;

/** A bus that answers for each entry the code of its failure, or undefined; `taken` is what it has, in order. */
function bus(answer: Answer) {
  const taken: string[] = [];
  const requests: string[][] = [];
  const client = {
    async send(command: PutEventsCommand): Promise<PutEventsResponse> {
      const ids = (command.input.Entries ?? []).map((entry) => JSON.parse(entry.Detail ?? '').id as string);
      requests.push(ids);
      const codes = answer(ids, requests.length);
      if (codes instanceof Error) throw codes;
      taken.push(...ids.filter((_, index) => codes[index] === undefined));
      return {
        FailedEntryCount: codes.filter((code) => code !== undefined).length,
        Entries: codes.map((code, index) =>
          code === undefined ? { EventId: ids[index] } : { ErrorCode: code, ErrorMessage: 'because' },
        ),
      };
    },
  } as Pick<EventBridgeClient, 'send'>;
  return { client, taken, requests };
}

function publisher(client: Pick<EventBridgeClient, 'send'>, more: Partial<Parameters<typeof createPublisher>[0]> = {}) {
  const waits: number[] = [];
  const publish = createPublisher({
    client,
    busName: 'b',
    retry: { attempts: 3, baseMs: 100, maxMs: 1000 },
    random: () => 0.5,
    sleep: async (ms) => void waits.push(ms),
    ...more,
  }).publish;
  return { publish, waits };
}

const events = (...ids: string[]): BusEvent[] => ids.map((id) => anEvent({ id, subject: id.slice(0, 1) }));
const allTaken: Answer = (ids) => ids.map(() => undefined);

describe('createPublisher', () => {
  it('sends nothing for nothing', async () => {
    const { client, requests } = bus(allTaken);
    expect(await publisher(client).publish([])).toEqual({ published: 0, retried: 0, failed: [] });
    expect(requests).toEqual([]);
  });

  it('sends ten entries a request', async () => {
    const { client, requests } = bus(allTaken);
    const result = await publisher(client).publish(events(...'abcdefghijkl'));
    expect(result).toEqual({ published: 12, retried: 0, failed: [] });
    expect(requests.map((ids) => ids.length)).toEqual([10, 2]);
  });

  it('sends only the failed entries again, after a wait with full jitter that grows', async () => {
    const { client, requests } = bus((ids, call) =>
      ids.map((id) => (id === 'b' && call < 3 ? 'ThrottlingException' : undefined)),
    );
    const { publish, waits } = publisher(client);
    expect(await publish(events('a', 'b', 'c'))).toEqual({ published: 3, retried: 2, failed: [] });
    expect(requests).toEqual([['a', 'b', 'c'], ['b'], ['b']]);
    expect(waits).toEqual([50, 100]);
  });

  it('lets nothing about the same subject overtake what failed', async () => {
    const { client, taken } = bus((ids, call) =>
      ids.map((id) => (id === 'a1' && call < 3 ? 'InternalFailure' : undefined)),
    );
    await publisher(client).publish(events('a1', 'b1', 'a2', 'b2', 'a3'));
    expect(taken.filter((id) => id.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
    expect(taken.filter((id) => id.startsWith('b'))).toEqual(['b1', 'b2']);
  });

  it('serves calls one after the other, so that order holds over them', async () => {
    const { client, taken } = bus((ids, call) => ids.map(() => (call === 1 ? 'InternalFailure' : undefined)));
    const { publish } = publisher(client);
    await Promise.all([publish(events('a1')), publish(events('a2')), publish(events('a3'))]);
    expect(taken).toEqual(['a1', 'a2', 'a3']);
  });

  it('gives up after the attempts, says why, and still sends what comes behind', async () => {
    const { client, taken } = bus((ids) => ids.map((id) => (id === 'a1' ? 'InternalFailure' : undefined)));
    const { published, failed } = await publisher(client).publish(events('a1', 'a2'));
    expect(published).toBe(1);
    expect(failed.map(({ event, error }) => [event.detail.id, error.code])).toEqual([['a1', 'InternalFailure']]);
    expect(failed[0]?.error).toBeInstanceOf(EntryRefused);
    expect(failed[0]?.error.message).toBe(
      '"Ingress Withdrawn" about a (a1): InternalFailure after 3 attempts: because',
    );
    expect(taken).toEqual(['a2']);
  });

  it.each(['MalformedDetail', 'InvalidArgument', 'NotAuthorizedForSourceException', 'AccessDeniedException'])(
    'does not repeat what ended with %s',
    async (code) => {
      const { client, requests } = bus((ids) => ids.map(() => code));
      const { failed } = await publisher(client).publish(events('a'));
      expect(requests).toHaveLength(1);
      expect(failed[0]?.error).toMatchObject({ code, attempts: 1 });
    },
  );

  it('treats a request that failed whole as a failure of each entry', async () => {
    const { client, requests } = bus((ids, call) =>
      call === 1 ? Object.assign(new Error('socket hang up'), { name: 'TimeoutError' }) : ids.map(() => undefined),
    );
    expect(await publisher(client).publish(events('a', 'b'))).toEqual({ published: 2, retried: 2, failed: [] });
    expect(requests).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('counts an entry without an answer as not taken', async () => {
    const { client } = bus((ids, call) => (call < 3 ? [] : ids.map(() => undefined)));
    expect(await publisher(client).publish(events('a'))).toMatchObject({ published: 1, retried: 2 });
  });

  it('refuses an entry that is too large alone, by name, and sends the others', async () => {
    const { client, taken } = bus(allTaken);
    const large = anEvent({ id: 'large', subject: 'n/large', padding: 2000 });
    const { published, failed } = await publisher(client, { maxEntryBytes: 1000 }).publish([large, ...events('a')]);
    expect(published).toBe(1);
    expect(taken).toEqual(['a']);
    expect(failed[0]?.error).toBeInstanceOf(EntryTooLarge);
    expect(failed[0]?.error.message).toMatch(
      /^"Ingress Withdrawn" about n\/large \(large\) has \d+ bytes; an entry may have 1000$/,
    );
  });

  it('stops when it is told to, and says what was not published', async () => {
    const abort = new AbortController();
    const { client, requests } = bus((ids) => ids.map(() => 'InternalFailure'));
    const { publish } = publisher(client, { signal: abort.signal, sleep: async () => abort.abort() });
    const { failed } = await publish(events('a', 'b'));
    expect(requests).toHaveLength(1);
    expect(failed.map(({ error }) => [error.code, (error as EntryRefused).attempts])).toEqual([
      ['Aborted', 1],
      ['Aborted', 1],
    ]);
  });
});
