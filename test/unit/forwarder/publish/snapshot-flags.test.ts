import { describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../../lib/contract/index.ts';
import { SnapshotFlags } from '../../../../lib/forwarder/publish/snapshot-flags.ts';

const DAY = 86_400_000;

function setUp() {
  const clock = { now: 1_000 };
  const flags = new SnapshotFlags(() => clock.now);
  return { clock, flags };
}

describe('SnapshotFlags (protocol rules 4 and 11)', () => {
  it('flags the first after a start, until one is published', () => {
    const { flags } = setUp();
    expect(flags.reason()).toBe('start');
    flags.published(1_000);
    expect(flags.reason()).toBeUndefined();
  });

  it('flags one a day', () => {
    const { flags, clock } = setUp();
    flags.published(1_000);
    clock.now = 1_000 + DAY - 1;
    expect(flags.reason()).toBeUndefined();
    clock.now = 1_000 + DAY;
    expect(flags.reason()).toBe('daily');
  });

  it('flags the next after a failed outcome, also when it failed while one was under way', () => {
    const { flags, clock } = setUp();
    flags.published(1_000);
    clock.now = 2_000;
    flags.failed();
    expect(flags.reason()).toBe('failed outcome');
    flags.published(1_500);
    expect(flags.reason()).toBe('failed outcome');
    flags.published(2_001);
    expect(flags.reason()).toBeUndefined();
  });

  it('flags every one after a refusal until all that was refused is applied', () => {
    const { flags } = setUp();
    flags.published(1_000);
    flags.refused('p', { from: '22', to: 'mz' }, 10);
    flags.published(1_001);
    expect(flags.reason()).toBe('prune refused by p');
    flags.applied('p', { from: 'n2', to: 'zz' }, 10);
    expect(flags.reason()).toBe('prune refused by p');
    flags.applied('other', EVERYTHING, 20);
    expect(flags.reason()).toBe('prune refused by p');
    expect(flags.applied('p', { from: '22', to: 'cz' }, 20)).toBe(false);
    expect(flags.reason()).toBe('prune refused by p');
    expect(flags.applied('p', { from: 'd2', to: 'mz' }, 20)).toBe(true);
    expect(flags.reason()).toBeUndefined();
    expect(flags.applied('p', EVERYTHING, 30)).toBe(false);
  });

  it('does not take an older acceptance, which comes late, for one of what was refused', () => {
    const { flags } = setUp();
    flags.published(1_000);
    flags.refused('p', EVERYTHING, 10);
    flags.applied('p', EVERYTHING, 9);
    expect(flags.reason()).toBe('prune refused by p');
    flags.applied('p', EVERYTHING, 11);
    expect(flags.reason()).toBeUndefined();
  });

  it('names each appliance that refused', () => {
    const { flags } = setUp();
    flags.published(1_000);
    flags.refused('p', EVERYTHING, 10);
    flags.refused('q', EVERYTHING, 10);
    expect(flags.reason()).toBe('prune refused by p, q');
  });

  it('asks each appliance that has answered to verify: once after the start, then once a day', () => {
    const { flags, clock } = setUp();
    expect(flags.toVerify()).toEqual([]);
    flags.applied('p', EVERYTHING, 10);
    flags.applied('p', EVERYTHING, 11);
    flags.applied('q', EVERYTHING, 10);
    expect(flags.toVerify()).toEqual(['p', 'q']);
    flags.verified(['p', 'q'], 1_000);
    flags.applied('p', EVERYTHING, 12);
    expect(flags.toVerify()).toEqual([]);
    clock.now = 1_000 + DAY - 1;
    expect(flags.toVerify()).toEqual([]);
    clock.now = 1_000 + DAY;
    expect(flags.toVerify()).toEqual(['p', 'q']);
  });

  it('asks an appliance that refuses snapshots only when it accepts them again, and then at once', () => {
    const { flags } = setUp();
    flags.applied('p', EVERYTHING, 10);
    flags.verified(['p'], 1_000);
    flags.refused('p', EVERYTHING, 20);
    expect(flags.toVerify()).toEqual([]);
    flags.applied('p', EVERYTHING, 30);
    expect(flags.toVerify()).toEqual(['p']);
  });
});
