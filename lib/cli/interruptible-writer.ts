import type { ItemResult, NitroWriter } from '../nitro/index.ts';

/** The user interrupted a command before its next write. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** A writer that stops between two calls, and counts what it has written. */
export interface InterruptibleWriter {
  readonly writer: NitroWriter;
  /** Objects that the appliance has accepted, without rows of the ledger. */
  written(): number;
}

/**
 * Wraps a writer. A call that has begun is finished, so that it is known what it did; the next one throws.
 *
 * @param ledgerMap name of the map whose rows are the ledger: they are not counted, as a plan does not list them.
 * @throws {Interrupted} every call after the signal.
 */
export function interruptible(inner: NitroWriter, ledgerMap: string, signal: AbortSignal): InterruptibleWriter {
  let written = 0;
  const call = async <T>(action: () => Promise<T>): Promise<T> => {
    if (signal.aborted) throw new Interrupted('interrupted');
    return action();
  };
  const counted = async (counts: readonly boolean[], action: () => Promise<ItemResult[]>): Promise<ItemResult[]> => {
    const results = await call(action);
    written += results.filter((result, index) => result === undefined && counts[index] === true).length;
    return results;
  };
  const all = (items: readonly unknown[]): boolean[] => items.map(() => true);
  return {
    written: () => written,
    writer: {
      add: (items) =>
        counted(
          items.map(({ body }) => body.name !== ledgerMap),
          () => inner.add(items),
        ),
      set: (type, bodies) => counted(all(bodies), () => inner.set(type, bodies)),
      unset: (type, bodies) => counted(all(bodies), () => inner.unset(type, bodies)),
      enable: (type, bodies) => counted(all(bodies), () => inner.enable(type, bodies)),
      remove: (items) =>
        counted(
          items.map(({ name: [, name] }) => name !== ledgerMap),
          () => inner.remove(items),
        ),
      members: async (lists) => {
        const results = await call(() => inner.members(lists));
        written += results.filter(({ error }) => error === undefined).length;
        return results;
      },
      upload: (files) => call(() => inner.upload(files)),
      save: () => call(() => inner.save()),
    },
  };
}
