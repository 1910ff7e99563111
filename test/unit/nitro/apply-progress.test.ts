import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../lib/netscaler/index.ts';
import { ApplyProgress, type OwnerStatus } from '../../../lib/nitro/apply-progress.ts';
import { NitroError } from '../../../lib/nitro/index.ts';
import type { Change } from '../../../lib/plan/index.ts';

const change = (op: Change['op'], owners: readonly string[], more: Partial<Resource> = {}): Change => ({
  op,
  resource: { role: 'action', type: 'sslaction', id: { name: 'x' }, attributes: {}, owners, ...more },
});
const error = (code: number): NitroError => new NitroError('add', code, 599, 'no');
const CODES = { exists: 273, gone: 258, priority: 3041, referenced: 832, rejected: 278, limit: 1072 };

/** Owner `f` has failed, owner `o` is outdated, every other one is ok. */
function progressed(): ApplyProgress {
  const progress = new ApplyProgress(['a', 'b', 'f', 'o'], new Map([['f', [{ error: error(CODES.rejected) }]]]));
  progress.record(change('add', ['o']), error(CODES.gone));
  return progress;
}
const statuses = (progress: ApplyProgress, owners: readonly string[]): OwnerStatus[] =>
  owners.map((owner) => progress.statusOf(owner));

describe('whether a change is attempted', () => {
  it.each<[string, Change, boolean, OwnerStatus[]]>([
    ['shared', change('add', []), true, ['ok', 'ok']],
    ['an add whose owner is ok', change('add', ['a']), true, ['ok', 'ok']],
    ['an add of which one owner is ok', change('add', ['f', 'o', 'a']), true, ['ok', 'ok']],
    ['an add whose owner failed', change('add', ['f'], { alsoFor: ['a'] }), false, ['failed', 'ok']],
    ['an add whose owner is outdated', change('add', ['o'], { alsoFor: ['a'] }), false, ['outdated', 'ok']],
    ['an update whose owners are not ok', change('set', ['o', 'f'], { alsoFor: ['a'] }), false, ['failed', 'ok']],
    ['a removal whose owners are ok', change('remove', ['a', 'b']), true, ['ok', 'ok']],
    ['a removal of which one owner failed', change('remove', ['f', 'a', 'b']), false, ['failed', 'failed']],
    ['a removal of which one owner is outdated', change('remove', ['a', 'o']), false, ['outdated', 'ok']],
    ['one that the plan refused', { ...change('add', ['a']), refused: 'all are in use' }, false, ['failed', 'ok']],
  ])('%s: %o', (_what, attempted, expected, after) => {
    const progress = progressed();
    expect(progress.shouldAttempt(attempted)).toBe(expected);
    expect(statuses(progress, ['a', 'b'])).toEqual(after);
    expect(progress.done).toEqual([]);
  });

  it('an owner that is stopped by another gets the other’s reason', () => {
    const progress = progressed();
    progress.shouldAttempt(change('remove', ['f', 'a']));
    progress.shouldAttempt(change('remove', ['o', 'b']));
    expect(progress.failures.get('a')).toEqual(progress.failures.get('f'));
    expect(progress.outdatedCause.get('b')).toBe(progress.outdatedCause.get('o'));
  });
});

describe('what an answer means for a change and its owner', () => {
  type After = 'done' | 'deferred' | OwnerStatus;
  const system: Partial<Resource> = { role: 'system', type: 'nstcpprofile' };
  const binding: Partial<Resource> = {
    type: 'lbvserver_servicegroup_binding',
    id: { name: 'x', servicegroupname: 'x' },
  };
  it.each<[string, Change, number | undefined, After]>([
    ['no error', change('add', ['a']), undefined, 'done'],
    ['a removal of what is gone', change('remove', ['a']), CODES.gone, 'done'],
    ['a binding that exists', change('add', ['a'], binding), CODES.exists, 'done'],
    ['an object of the system that exists', change('add', ['a'], system), CODES.exists, 'done'],
    ['a removal of what is referenced', change('remove', ['a']), CODES.referenced, 'deferred'],
    ['an object that exists', change('add', ['a']), CODES.exists, 'outdated'],
    ['an update of what is gone', change('set', ['a']), CODES.gone, 'outdated'],
    ['an update of a binding that exists', change('set', ['a'], binding), CODES.exists, 'outdated'],
    ['a priority in use', change('add', ['a']), CODES.priority, 'outdated'],
    ['an add that references what is missing', change('add', ['a']), CODES.referenced, 'outdated'],
    ['any other error', change('add', ['a']), CODES.rejected, 'failed'],
    ['a limit', change('add', ['a']), CODES.limit, 'failed'],
  ])('%s', (_what, answered, code, expected) => {
    const progress = new ApplyProgress(['a']);
    progress.record(answered, code === undefined ? undefined : error(code));
    const status = progress.statusOf('a');
    const deferred = progress.takeDeferred();
    const after = progress.done.length > 0 ? 'done' : deferred.length > 0 ? 'deferred' : status;
    expect(after).toBe(expected);
    if (after === 'done' || after === 'deferred') expect(status).toBe('ok');
  });

  it('a deferred removal is deferred once', () => {
    const progress = new ApplyProgress(['a']);
    const removal = change('remove', ['a']);
    progress.record(removal, error(CODES.referenced));
    expect([progress.takeDeferred(), progress.takeDeferred()]).toEqual([[removal], []]);
    progress.recordFinal(removal, error(CODES.referenced));
    expect([progress.takeDeferred(), progress.statusOf('a')]).toEqual([[], 'outdated']);
  });

  it('an error of a shared change concerns everyone, one of an owner those that it is also for', () => {
    const shared = new ApplyProgress(['a', 'b']);
    shared.record(change('add', []), error(CODES.rejected));
    expect(statuses(shared, ['a', 'b'])).toEqual(['failed', 'failed']);
    const own = new ApplyProgress(['a', 'b', 'c']);
    own.record(change('add', ['a'], { alsoFor: ['b'] }), error(CODES.rejected));
    expect(statuses(own, ['a', 'b', 'c'])).toEqual(['failed', 'failed', 'ok']);
  });

  it('every failure of an owner is kept, and the first cause of being outdated', () => {
    const progress = new ApplyProgress(['a']);
    for (const code of [CODES.rejected, CODES.limit, CODES.gone, CODES.exists]) {
      progress.record(change('add', ['a']), error(code));
    }
    expect(progress.failures.get('a')?.map((failure) => failure.error.code)).toEqual([CODES.rejected, CODES.limit]);
    expect(progress.outdatedCause.get('a')?.error.code).toBe(CODES.gone);
    expect(progress.statusOf('a')).toBe('outdated');
  });
});
