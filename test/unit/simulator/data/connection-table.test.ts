import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ConnectionTable } from '../../../../lib/simulator/data/connection-table.ts';
import type { Connection } from '../../../../lib/simulator/data/relay.ts';
import { type BalancedServer, balancedServerKey } from '../../../../lib/simulator/data/states.ts';

const member = (address: string): BalancedServer => ({ address, port: 443, weight: 1, group: 'g', row: {} });
/** A socket that is not connected reports its reset as an error. */
const socket = (): Socket => new Socket().on('error', () => {});
const connection = (backend: BalancedServer, lbvserver = 'lb', frontend = 'cs'): Connection => ({
  client: socket(),
  upstream: socket(),
  backend,
  lbvserver,
  frontend,
});

const [a, b] = [member('198.51.100.1'), member('198.51.100.2')];
const [keyA, keyB] = [balancedServerKey(a), balancedServerKey(b)];

describe('a connection table', () => {
  it('counts connections by member', () => {
    const table = new ConnectionTable();
    for (const backend of [a, a, b]) table.add(connection(backend));
    expect([table.size, table.open(keyA), table.open(keyB), table.open('none')]).toEqual([3, 2, 1, 0]);
  });

  it('says when the last connection of a member is removed', () => {
    const table = new ConnectionTable();
    const [first, second] = [connection(a), connection(a)];
    table.add(first);
    table.add(second);
    expect([table.remove(first), table.open(keyA)]).toEqual([false, 1]);
    expect([table.remove(second), table.open(keyA), table.size]).toEqual([true, 0, 0]);
  });

  it.each([
    ['succeeds', async () => 1],
    ['fails', async () => Promise.reject(new Error('refused'))],
  ])('counts a connection as load while it is opened, until that %s', async (_name, outcome) => {
    const table = new ConnectionTable();
    const opened = table.dialling(a, outcome);
    expect([table.load(keyA), table.open(keyA), table.load(keyB)]).toEqual([1, 0, 0]);
    await opened.catch(() => undefined);
    expect(table.load(keyA)).toBe(0);
  });

  it.each<[scope: string, close: (table: ConnectionTable) => void, closed: number[]]>([
    ['a member', (table) => table.closeMember(keyA), [0, 1]],
    ['a balancing server', (table) => table.closeVserver('lb'), [0, 2]],
    ['a front end', (table) => table.closeVserver('cs'), [1, 2]],
    ['all', (table) => table.closeAll(), [0, 1, 2]],
  ])('closes both sides of the connections of %s', (_scope, close, closed) => {
    const table = new ConnectionTable();
    const all = [connection(a, 'lb', 'web'), connection(a, 'other', 'cs'), connection(b)];
    for (const one of all) table.add(one);
    close(table);
    const both = all.map(({ client, upstream }) => [client.destroyed, upstream.destroyed]);
    expect(both).toEqual(all.map((_one, index) => [closed.includes(index), closed.includes(index)]));
  });
});
