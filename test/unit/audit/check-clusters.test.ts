import { describe, expect, it } from 'vitest';
import { checkClusters, checkPending, primarySince } from '../../../lib/audit/check-clusters.ts';
import type { AuditState } from '../../../lib/audit/state.ts';
import { EVERYTHING, ownerKey, PREFIXES } from '../../../lib/contract/index.ts';
import type { IngressRecord, Ledger, Watermark } from '../../../lib/ledger/index.ts';
import { EMPTY_LEDGER } from '../../support/empty-ledger.ts';

const OWNER = { cluster: 'east', namespace: 'default', name: 'web' };
const KEY = ownerKey(OWNER);
const MINUTE = 60_000;
const NOW = 100 * MINUTE;

const stateWith = (ledgers: Record<string, Ledger>, rows: readonly IngressRecord[] = []): AuditState => ({
  ledgers: new Map(Object.entries(ledgers)),
  records: new Map(rows.map((row) => [row.key, row])),
  later: new Map(),
  owners: new Map([[KEY, OWNER]]),
  frontends: [],
  backends: new Map(),
  system: [],
  unsettled: new Set(),
});

describe('since when this node is the primary', () => {
  it.each([
    ['a node alone', [{ id: '0', masterstatetime: '60' }], 940_000],
    [
      'the primary of a pair',
      [
        { id: '1', masterstatetime: '5' },
        { id: 0, masterstatetime: 60 },
      ],
      940_000,
    ],
    ['nothing about it', [{ id: '0' }], undefined],
    ['no number', [{ id: '0', masterstatetime: '0:0:1:0' }], undefined],
    ['no nodes', [], undefined],
  ])('%s', (_what, nodes, since) => {
    expect(primarySince(nodes, 1_000_000)).toBe(since);
  });
});

describe('clusters are recorded, and were seen whole since the appliance is as it is (LIF-7)', () => {
  const mark = (sequence: number, range: Partial<Watermark> = {}): Watermark => ({ ...EVERYTHING, sequence, ...range });
  const half = PREFIXES[512] as string;
  const before = PREFIXES[511] as string;
  it.each<[string, Ledger | undefined, number | undefined, string[]]>([
    ['no ledger', undefined, undefined, ['LedgerMissing']],
    ['no ledger since a start', undefined, 500, ['LedgerMissing']],
    ['a ledger of an appliance that does not say since when', EMPTY_LEDGER, undefined, []],
    ['never seen whole', EMPTY_LEDGER, 500, ['PrimarySince']],
    ['seen before it started', { ...EMPTY_LEDGER, watermarks: [mark(499)] }, 500, ['PrimarySince']],
    ['seen since', { ...EMPTY_LEDGER, watermarks: [mark(500)] }, 500, []],
    [
      'seen in two parts since',
      { ...EMPTY_LEDGER, watermarks: [mark(600, { to: before }), mark(601, { from: half })] },
      500,
      [],
    ],
    [
      'one part of it only since',
      { ...EMPTY_LEDGER, watermarks: [mark(600, { to: before }), mark(400)] },
      500,
      ['PrimarySince'],
    ],
  ])('%s', (_what, ledger, since, codes) => {
    const state = stateWith(ledger === undefined ? {} : { east: ledger });
    const findings = checkClusters(state, ['east'], since);
    expect(findings.map(({ code }) => code)).toEqual(codes);
    expect(findings.every(({ cluster }) => cluster === 'east')).toBe(true);
  });
});

describe('records that are pending (rules 7 and 12)', () => {
  const row = (more: Partial<IngressRecord>): IngressRecord => ({
    key: KEY,
    namespace: 'default',
    name: 'web',
    sequence: NOW - 10 * MINUTE,
    kind: 'live',
    state: 'pending',
    hashes: { frontend: '', routes: '', members: '' },
    created: 0,
    routes: 0,
    ...more,
  });
  const places: IngressRecord['frontends'] = [
    { vip: '192.0.2.10', port: 443, kind: 'tls' },
    { vip: '192.0.2.10', port: 80, kind: 'http' },
  ];
  const taken = new Map([['192.0.2.10_443', 'shop']]);
  const claimed: AuditState['frontends'] = [
    { claims: [{ ownerKey: KEY }] } as unknown as AuditState['frontends'][number],
  ];

  it.each<[string, Partial<IngressRecord>, Partial<AuditState>, ReadonlyMap<string, string>, string[]]>([
    ['applied', { state: 'applied' }, {}, new Map(), []],
    ['for a while', { sequence: NOW - 4 * MINUTE }, {}, new Map(), []],
    ['for too long', {}, {}, new Map(), ['Unfinished']],
    ['a withdrawal, for too long', { kind: 'tombstone' }, {}, new Map(), ['Unfinished']],
    ['CON-4: waiting for an address that somebody holds', { frontends: places }, {}, taken, ['AddressTaken']],
    ['CON-4: that came free', { frontends: places }, {}, new Map(), ['Unfinished']],
    ['with claims: begun, not waiting', { frontends: places }, { frontends: claimed }, taken, ['Unfinished']],
  ])('%s', (_what, more, parts, holders, codes) => {
    const findings = checkPending({ ...stateWith({}, [row(more)]), ...parts }, holders, NOW);
    expect(findings.map(({ code }) => code)).toEqual(codes);
    const asked = codes[0] === 'Unfinished' ? [OWNER] : [];
    expect(findings.flatMap(({ owners }) => owners)).toEqual(asked);
  });
});
