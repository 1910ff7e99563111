import { describe, expect, it } from 'vitest';
import { Interrupted, interruptible } from '../../../lib/cli/interruptible-writer.ts';
import { NitroError, type NitroWriter } from '../../../lib/nitro/index.ts';

const refused = new NitroError('add', 1, 599, 'no');
const LEDGER = 'nsp_l_x';

/** A writer that refuses what is named `refused`, and tells what it was called with. */
function recording(calls: string[]): NitroWriter {
  const results = (call: string, names: readonly unknown[]) => {
    calls.push(call);
    return Promise.resolve(names.map((name) => (name === 'refused' ? refused : undefined)));
  };
  return {
    add: (items) =>
      results(
        'add',
        items.map(({ body }) => body.name),
      ),
    set: (_type, bodies) =>
      results(
        'set',
        bodies.map(({ name }) => name),
      ),
    unset: (_type, bodies) =>
      results(
        'unset',
        bodies.map(({ name }) => name),
      ),
    enable: (_type, bodies) =>
      results(
        'enable',
        bodies.map(({ name }) => name),
      ),
    remove: (items) =>
      results(
        'remove',
        items.map(({ name: [, name] }) => name),
      ),
    members: async (lists) =>
      lists.map(({ group }) => ({ error: group === 'refused' ? refused : undefined, failed: [] })),
    upload: async () => void calls.push('upload'),
    save: async () => void calls.push('save'),
  };
}

describe('a writer that can be interrupted', () => {
  it('counts what the appliance accepted, but no rows of the ledger', async () => {
    const { writer, written } = interruptible(recording([]), LEDGER, new AbortController().signal);
    const item = (name: string) => ({ type: 'lbvserver', body: { name } });
    const removal = (name: string) => ({ type: 'lbvserver', name: ['name', name], args: {} }) as const;
    await writer.add([item('a'), item('refused'), item(LEDGER)]);
    expect(written()).toBe(1);
    await writer.set('lbvserver', [{ name: 'a' }]);
    await writer.unset('lbvserver', [{ name: 'a' }]);
    await writer.enable('lbvserver', [{ name: 'a' }, { name: 'refused' }]);
    await writer.remove([removal('a'), removal(LEDGER)]);
    await writer.members([
      { group: 'g', members: [] },
      { group: 'refused', members: [] },
    ]);
    await writer.upload([]);
    expect(written()).toBe(6);
  });

  it('a call that has begun is finished and counted; the next ones do not begin', async () => {
    const ended = new AbortController();
    const calls: string[] = [];
    const { writer, written } = interruptible(recording(calls), LEDGER, ended.signal);
    const begun = writer.add([{ type: 'lbvserver', body: { name: 'a' } }]);
    ended.abort();
    await begun;
    await expect(writer.remove([])).rejects.toBeInstanceOf(Interrupted);
    await expect(writer.members([])).rejects.toBeInstanceOf(Interrupted);
    await expect(writer.save()).rejects.toBeInstanceOf(Interrupted);
    expect([calls, written()]).toEqual([['add'], 1]);
  });
});
