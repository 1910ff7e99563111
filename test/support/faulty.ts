import { type ItemResult, NitroError, type NitroWriter } from '../../lib/nitro/index.ts';

/** One item of a write to an appliance. */
export interface Asked {
  readonly op: 'add' | 'set' | 'remove' | 'members';
  readonly type: string;
  /** Everything that was sent of it. */
  readonly body: Readonly<Record<string, unknown>>;
}

const LIMIT = 1072;

/** A writer whose appliance refuses some items for good, and does the others. */
export function faulty(writer: NitroWriter, refuses: (asked: Asked) => boolean): NitroWriter {
  const error = (): NitroError => new NitroError('write', LIMIT, 599, 'Maximum resource limit reached');
  async function some<T>(
    items: readonly T[],
    asked: (item: T) => Asked,
    send: (kept: readonly T[]) => Promise<ItemResult[]>,
  ): Promise<ItemResult[]> {
    const kept = items.filter((item) => !refuses(asked(item)));
    const results = kept.length === 0 ? [] : await send(kept);
    return items.map((item) => (kept.includes(item) ? results[kept.indexOf(item)] : error()));
  }
  return {
    add: (items) =>
      some(
        items,
        ({ type, body }) => ({ op: 'add', type, body }),
        (kept) => writer.add(kept),
      ),
    set: (type, bodies) =>
      some(
        bodies,
        (body) => ({ op: 'set', type, body }),
        (kept) => writer.set(type, kept),
      ),
    unset: (type, bodies) => writer.unset(type, bodies),
    enable: (type, bodies) => writer.enable(type, bodies),
    remove: (items) =>
      some(
        items,
        ({ type, name, args }) => ({ op: 'remove', type, body: { [name[0]]: name[1], ...args } }),
        (kept) => writer.remove(kept),
      ),
    async members(lists) {
      const bad = lists.map(({ group }) => refuses({ op: 'members', type: 'servicegroup', body: { group } }));
      const done = await writer.members(lists.filter((_, index) => bad[index] !== true));
      return bad.map((refused) =>
        refused ? { error: error(), failed: [] } : (done.shift() ?? { error: undefined, failed: [] }),
      );
    },
    upload: (files) => writer.upload(files),
    save: () => writer.save(),
  };
}
