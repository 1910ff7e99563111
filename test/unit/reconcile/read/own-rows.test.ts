import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../../lib/contract/index.ts';
import { type Claim, encodeClaim, hostDigest, type LedgerRow } from '../../../../lib/ledger/index.ts';
import { backendId } from '../../../../lib/netscaler/index.ts';
import type { NitroReader } from '../../../../lib/nitro/index.ts';
import { holderText } from '../../../../lib/plan/index.ts';
import { readOwnRows } from '../../../../lib/reconcile/read/own-rows.ts';
import type { TaskIndex } from '../../../../lib/reconcile/read/task-index.ts';
import { type Frontend, frontendKey } from '../../../../lib/route/index.ts';

const FRONTEND: Frontend = { kind: 'tls', vip: '192.0.2.10', port: 443 };
const KEY = frontendKey(FRONTEND);
const owner = (index: number) => ({ cluster: 'test', namespace: 'default', name: `shop-${index}` });
const host = (index: number) => (index % 7 === 0 ? `*.h${index}.example.com` : `h${index}.example.com`);

/** The first 60 owners belong to the plan, and each wants the host of its number. */
const PLANNED = 60;
const OWNERS = 120;
const HOSTS = 100;

function claim(of: number, at: number, short = false): Claim {
  const name = host(at);
  return {
    frontend: KEY,
    hostDigest: hostDigest(name),
    created: 1_000 + of,
    ownerKey: ownerKey(owner(of)),
    owner: owner(of),
    target: { service: 'web', port: '443' },
    settings: '',
    form: name.startsWith('*') ? 'one-label' : 'exact',
    ...(short ? {} : { host: name }),
  };
}

const hostRow = (at: number, of: number): LedgerRow => ({
  key: host(at),
  value: backendId(ownerKey(owner(of)), { service: 'web', port: '443', frontendKey: KEY, settings: '' }),
  comment: holderText(owner(of)),
});

/** A map that filters as an appliance does. */
function readerOf(rows: readonly LedgerRow[], total: number) {
  const asked: string[] = [];
  const reader = {
    count: async () => total,
    rows: async (_type: string, { filter = {} }: { filter?: Record<string, string> }) =>
      rows.filter((row) =>
        Object.entries(filter).every(([name, pattern]) => {
          asked.push(pattern);
          return new RegExp(pattern.slice(1, -1)).test(row[name as keyof LedgerRow]);
        }),
      ),
  } as unknown as NitroReader;
  return { reader, asked };
}

function index(wanted: readonly number[] = Array.from({ length: PLANNED }, (_, each) => each)): TaskIndex {
  const claims = wanted.map((each) => ({ claim: claim(each, each), host: host(each) }));
  const keys = new Set(Array.from({ length: PLANNED }, (_, each) => ownerKey(owner(each))));
  return { keys, wanted: new Map([[KEY, claims]]), recorded: new Map() } as unknown as TaskIndex;
}

const MANY = 1_000_000;
const claims = fc.array(fc.tuple(fc.nat(OWNERS - 1), fc.nat(HOSTS - 1)), { maxLength: 150 });
const leads = fc.dictionary(fc.nat(HOSTS - 1).map(String), fc.nat(OWNERS - 1), { maxKeys: HOSTS });

describe('rows of a plan in a map with many others', () => {
  it('has all claims of the owners, and of every host that they have or want all claims and the row', async () => {
    await fc.assert(
      fc.asyncProperty(claims, leads, async (claimed, led) => {
        const claimRows = claimed.map(([of, at]) => encodeClaim(claim(of, at)));
        const hostRows = Object.entries(led).map(([at, of]) => hostRow(Number(at), of));
        const marker = { key: '!', value: 'tls', comment: '' };
        const { reader } = readerOf([marker, ...claimRows, ...hostRows], MANY);
        const read = await readOwnRows(reader, { frontend: FRONTEND, map: 'm' }, index());
        const found = new Set(read?.map(({ key }) => key));

        const own = (of: number): boolean => of < PLANNED;
        const concerned = new Set([
          ...Array.from({ length: PLANNED }, (_, at) => at),
          ...claimed.filter(([of]) => own(of)).map(([, at]) => at),
          ...Object.entries(led).flatMap(([at, of]) => (own(of) ? [Number(at)] : [])),
        ]);
        const ofClaims = claimed
          .filter(([, at]) => concerned.has(at))
          .map(([of, at]) => encodeClaim(claim(of, at)).key);
        // A row that nobody claims and that leads to nobody of the plan is bound anew, whatever it says.
        const isClaimed = (at: number): boolean => claimed.some(([, each]) => each === at);
        const ofHosts = Object.entries(led)
          .filter(([at, of]) => own(of) || (concerned.has(Number(at)) && isClaimed(Number(at))))
          .map(([at]) => host(Number(at)));
        expect([...ofClaims, ...ofHosts, '!'].filter((key) => !found.has(key))).toEqual([]);
      }),
    );
  });

  it.each<[string, Frontend, number, TaskIndex]>([
    ['the map has few other rows', FRONTEND, 4 * 2 * PLANNED, index()],
    ['the plan is about few rows', FRONTEND, MANY, index([1, 2, 3])],
    ['the map is one of redirects', { ...FRONTEND, kind: 'http', port: 80 }, MANY, index()],
  ])('the whole map is read: %s', async (_why, frontend, total, tasks) => {
    const { reader, asked } = readerOf([], total);
    expect(await readOwnRows(reader, { frontend, map: 'm' }, tasks)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('the whole map is read: only the digest of a host is known, and its row leads elsewhere', async () => {
    const rows = [encodeClaim(claim(1, 90, true)), encodeClaim(claim(100, 90, true)), hostRow(90, 100)];
    const { reader } = readerOf(rows, MANY);
    expect(await readOwnRows(reader, { frontend: FRONTEND, map: 'm' }, index())).toBeUndefined();
  });

  it('the whole map is read: very many hosts lead elsewhere', async () => {
    const long = (at: number): string => `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.h${at}.example.com`;
    const rows = Array.from({ length: 400 }, (_, at) =>
      encodeClaim({ ...claim(at % PLANNED, at), host: long(at), hostDigest: hostDigest(long(at)) }),
    );
    const claimed = rows.map((row) => ({ ...row, value: row.value.slice(0, 255) }));
    const { reader } = readerOf(claimed, MANY);
    expect(await readOwnRows(reader, { frontend: FRONTEND, map: 'm' }, index())).toBeUndefined();
  });
});
