import { expect, it } from 'vitest';
import {
  bindingRow,
  decodeRecord,
  leftoverKey,
  recordName,
  standInName,
  stepRow,
  stoodFor,
} from '../../../lib/adopt/record.ts';

const AT = { vip: '2001:db8::10', port: 8443, kind: 'tls' } as const;

it('a record is read as it was written', () => {
  const rows = [
    bindingRow({ policy: 'k8s-b', priority: 200 }),
    bindingRow({ policy: 'k8s-a', priority: 30 }),
    { key: leftoverKey({ type: 'lbvserver', name: 'k8s-x/y' }), value: 'left' },
    stepRow('handing-over', AT, 'k8s-a server of its own'),
  ].map((row) => ({ ...row, comment: '' }));
  expect(decodeRecord(rows)).toEqual({
    frontend: AT,
    step: 'handing-over',
    server: 'k8s-a server of its own',
    bound: [
      { policy: 'k8s-a', priority: 30 },
      { policy: 'k8s-b', priority: 200 },
    ],
    leftovers: [{ type: 'lbvserver', name: 'k8s-x/y' }],
  });
});

it('a record without its step is none: it is written last', () => {
  expect(decodeRecord([{ ...bindingRow({ policy: 'k8s-a', priority: 1 }), comment: '' }])).toBeUndefined();
});

it('names of maps are valid, and stand-ins say for what they stand', () => {
  expect(recordName('nsp', AT)).toMatch(/^nsp_a_[A-Za-z0-9_]+$/);
  const name = standInName('nsp', AT, 100);
  expect(name).toBe('nsp-adopt-2001:db8::10-8443-p100');
  expect(stoodFor('nsp', AT, name)).toBe(100);
  expect(stoodFor('nsp', AT, 'k8s-p100')).toBeUndefined();
  expect(stoodFor('nsp', { ...AT, port: 443 }, name)).toBeUndefined();
});
