import { describe, expect, it } from 'vitest';
import type { IngressState } from '../../../../lib/contract/index.ts';
import { type Decision, hashesOf, type IngressRecord } from '../../../../lib/ledger/index.ts';
import {
  findingsDigest,
  type Task,
  type TaskAction,
  type TaskContext,
  taskOf,
} from '../../../../lib/reconcile/decide/task.ts';
import { state } from '../../../support/events.ts';
import { decision, NOTHING, row, single, snapshot } from '../support.ts';

const CONTEXT: TaskContext = { filter: {}, rules: { hostOwnership: [], ipsets: [] } };
const STATE = state('a', { namespace: 'n' });

const interpreted = (more: Partial<Decision<IngressState>>, context: Partial<TaskContext> = {}): Task | undefined =>
  taskOf(decision(more), { ...CONTEXT, ...context });
const wanted = interpreted({ state: STATE })!.wanted!;
const same = row({}, wanted);

describe('the action of a task', () => {
  it.each<[string, Partial<Decision<IngressState>>, TaskAction]>([
    ['new', { state: STATE }, 'plan'],
    ['changed', { state: STATE, row: row({ hashes: NOTHING }) }, 'plan'],
    ['recreated with the same content', { state: STATE, row: row({ created: 1 }, wanted) }, 'plan'],
    ['back from the dead', { state: STATE, row: row({ kind: 'tombstone' }, wanted) }, 'plan'],
    ['withdrawn', { row: same }, 'plan'],
    ['rule 5: of equal content and newer', { state: STATE, row: same }, 'record'],
    ['rule 5: of equal content, in a snapshot', { state: STATE, row: same, by: snapshot(20) }, 'none'],
    ['rule 6: withdrawn and unknown', {}, 'record'],
    ['rule 6: withdrawn again, and newer', { row: row({ kind: 'tombstone' }) }, 'record'],
    ['withdrawn again, as of the same sequence', { row: row({ kind: 'tombstone', sequence: 20 }) }, 'none'],
    ['missing from a snapshot, and dead', { row: row({ kind: 'tombstone' }), by: snapshot(20) }, 'none'],
    ['missing from a snapshot, and unknown', { by: snapshot(20) }, 'none'],
    ['missing from a snapshot, and live', { row: same, by: snapshot(20) }, 'plan'],
    ['rule 1: to be verified', { state: STATE, row: same, verify: true }, 'verify'],
    ['to be verified, and withdrawn', { row: same, verify: true }, 'verify'],
  ])('%s', (_what, more, action) => {
    expect(interpreted(more)?.action).toBe(action);
  });
});

describe('rule 6: what is not for this appliance', () => {
  it.each<[string, IngressState | undefined, TaskContext['filter'], 'dropped' | 'withdrawn' | 'wanted']>([
    ['a namespace that is not selected is dropped', STATE, { namespaces: ['m'] }, 'dropped'],
    ['and so is its withdrawal', undefined, { namespaces: ['m'] }, 'dropped'],
    ['a namespace that is selected is not', STATE, { namespaces: ['m', 'n'] }, 'wanted'],
    ['nor is its withdrawal', undefined, { namespaces: ['n'] }, 'withdrawn'],
    ['another class counts as withdrawn', STATE, { ingressClasses: ['other'] }, 'withdrawn'],
    ['the class, in any capitals', STATE, { ingressClasses: ['CITRIX'] }, 'wanted'],
  ])('%s', (_what, is, filter, expected) => {
    const result = interpreted({ state: is }, { filter });
    const outcome = result === undefined ? 'dropped' : result.wanted === undefined ? 'withdrawn' : 'wanted';
    expect(outcome).toBe(expected);
  });

  it('another appliance’s front end counts as withdrawn, without a finding', () => {
    const rules = { ...CONTEXT.rules, frontendIPs: ['198.51.100.0/24'], otherFrontendIPs: ['192.0.2.0/24'] };
    expect(interpreted({ state: STATE, row: same }, { rules })).toMatchObject({
      wanted: undefined,
      findings: [],
      hashes: NOTHING,
      action: 'plan',
    });
  });

  it('what is invalid is withdrawn, and says why', () => {
    const result = interpreted({ state: state('a', { namespace: 'n', hosts: ['no_host'] }), row: same });
    expect(result).toMatchObject({ wanted: undefined, action: 'plan', findings: [{ code: 'HostInvalid' }] });
  });

  it('hashes are of what is wanted', () => {
    expect(interpreted({ state: STATE })?.hashes).toEqual(hashesOf(wanted));
    expect(interpreted({ row: same })?.hashes).toEqual(NOTHING);
  });
});

describe('a finding that the record does not have', () => {
  const bad = state('a', { namespace: 'n', hosts: ['a.example.com', 'no_host'] });
  const { wanted: routes, findings } = interpreted({ state: bad })!;
  const of = (more: Partial<IngressRecord> = {}): IngressRecord => row(more, routes);
  const known = { findings: findingsDigest(findings) };

  it.each<[string, Partial<Decision<IngressState>>, TaskAction]>([
    ['new, in a single event → plan', { row: of() }, 'plan'],
    ['new, in a snapshot → plan', { row: of(), by: snapshot(20) }, 'plan'],
    ['recorded, in a single event → record', { row: of(known) }, 'record'],
    ['recorded, in a snapshot → none', { row: of(known), by: snapshot(20) }, 'none'],
    ['another one is recorded → plan', { row: of({ findings: 'x' }) }, 'plan'],
    ['new, and to be verified → verify', { row: of(), verify: true }, 'verify'],
  ])('%s', (_what, more, action) => {
    expect(interpreted({ state: bad, ...more })?.action).toBe(action);
  });

  it('of an Ingress without routes, withdrawn before → only a record: nobody waits for its routes', () => {
    const none = state('a', { namespace: 'n', hosts: ['no_host'] });
    expect(interpreted({ state: none, row: row({ kind: 'tombstone' }) })?.action).toBe('record');
    expect(interpreted({ state: none, row: row({ kind: 'tombstone' }), by: snapshot(20) })?.action).toBe('none');
    expect(interpreted({ state: none, by: snapshot(20) })?.action).toBe('none');
  });

  it('without findings the digest is empty', () => {
    expect(findingsDigest([])).toBe('');
    expect(findingsDigest(findings)).toMatch(/^[a-z2-7]{8}$/);
  });
});

it('rule 12: an Ingress that waits and is withdrawn → plan, although its record has no hash', () => {
  expect(interpreted({ row: row({ state: 'pending' }) })?.action).toBe('plan');
});

it('a withdrawn Ingress and one of another class have no finding', () => {
  expect(interpreted({ row: same })?.findings).toEqual([]);
  expect(interpreted({ state: STATE }, { filter: { ingressClasses: ['other'] } })?.findings).toEqual([]);
});

it('rule 6: a single event and a snapshot leave a tombstone differently', () => {
  expect(interpreted({ by: single(5), sequence: 5, row: row({ kind: 'tombstone', sequence: 5 }) })?.action).toBe(
    'none',
  );
});

it('a reworded finding is the same finding: the record of its Ingress is not written again', () => {
  const found = { code: 'HostInvalid', severity: 'error', path: 'spec.rules[0].host', value: 'a_b' } as const;
  const digest = findingsDigest([{ ...found, message: 'one', remedy: 'this' }]);
  expect(findingsDigest([{ ...found, message: 'another' }])).toBe(digest);
  expect(findingsDigest([{ ...found, message: 'one', value: 'b_c' }])).not.toBe(digest);
});
