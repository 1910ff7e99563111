import { describe, expect, it } from 'vitest';
import { type StatusChange, statusChange } from '../../../lib/cli/status-change.ts';
import { followStatus } from '../../../lib/cli/status-follow.ts';
import { NitroError, NitroUnreachable } from '../../../lib/nitro/index.ts';
import type { RouteStatus } from '../../../lib/status/index.ts';

const route = (host: string, more: Partial<RouteStatus> = {}): RouteStatus => ({
  host,
  frontend: { vip: '192.0.2.10', port: 443, kind: 'tls' },
  state: 'serving',
  holder: undefined,
  standby: [],
  members: [],
  securePort: undefined,
  traffic: undefined,
  refused: undefined,
  object: undefined,
  ...more,
});

const hosts = (routes: readonly RouteStatus[]): (string | undefined)[] => routes.map(({ host }) => host);

describe('what has changed between two readings', () => {
  it('new, changed and gone routes; one host on two front ends is two routes', () => {
    const plain = route('a', { frontend: { vip: '192.0.2.10', port: 80, kind: 'http' } });
    const before = [route('a'), plain, route('b'), route('c')];
    const { changed, gone } = statusChange(before, [route('a'), plain, route('b', { state: 'down' }), route('d')]);
    expect([hosts(changed), hosts(gone)]).toEqual([['b', 'd'], ['c']]);
  });

  it('nothing, when only time has passed', () => {
    expect(statusChange([route('a')], [route('a')])).toMatchObject({ changed: [], gone: [] });
  });
});

type Reading = readonly RouteStatus[] | Error;

/** Follows these readings, and ends after the last. */
async function followed(readings: readonly Reading[]): Promise<{ shown: StatusChange[]; said: string[] }> {
  const ended = new AbortController();
  const shown: StatusChange[] = [];
  const said: string[] = [];
  const left = [...readings];
  await followStatus({
    read: async () => {
      const reading = left.shift() ?? [];
      if (reading instanceof Error) throw reading;
      return reading;
    },
    show: (change) => shown.push(change),
    say: (line) => said.push(line),
    wait: async () => {
      if (left.length === 0) ended.abort();
    },
    signal: ended.signal,
  });
  return { shown, said };
}

const away = new NitroUnreachable('GET config/x at http://192.0.2.5', 'the connection was refused', false, 'Check it.');

describe('following', () => {
  it('shows the first reading, though it is empty, and then only what differs', async () => {
    const { shown } = await followed([[], [], [route('a')], [route('a')], []]);
    expect(shown.map(({ changed, gone }) => [hosts(changed), hosts(gone)])).toEqual([
      [[], []],
      [['a'], []],
      [[], ['a']],
    ]);
  });

  it('an appliance that goes away is reported once, and compared with what it had before', async () => {
    const busy = new NitroError('read x', 1030, 503, 'Busy');
    const { shown, said } = await followed([[route('a')], away, away, busy, [route('a')], [route('b')]]);
    expect(said).toEqual([
      'GET config/x at http://192.0.2.5: the connection was refused. Reading again until it answers; Ctrl-C ends.',
      'read x: 1030 Busy. Reading again until it answers; Ctrl-C ends.',
      'the appliance answers again.',
    ]);
    expect(shown.map(({ changed }) => hosts(changed))).toEqual([['a'], ['b']]);
  });

  it.each([
    ['a rejected password: each attempt counts towards the lock', new NitroError('log in', 354, 401, 'Invalid')],
    ['a missing permission', new NitroError('read x', 2138, 403, 'Not authorized')],
    ['a fault of the program', new TypeError('x')],
  ])('%s → ends', async (_what, error) => {
    await expect(followed([[route('a')], error, [route('b')]])).rejects.toBe(error);
  });

  it('the signal ends it while a reading hangs', async () => {
    const ended = new AbortController();
    const following = followStatus({
      read: () => new Promise<never>(() => {}),
      show: () => {},
      say: () => {},
      wait: async () => {},
      signal: ended.signal,
    });
    ended.abort();
    await expect(following).resolves.toBeUndefined();
  });
});
