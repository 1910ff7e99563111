import { describe, expect, it } from 'vitest';
import { type Hashes, hashesOf, sameHashes } from '../../../lib/ledger/index.ts';
import { type RoutesOptions, routesOf } from '../plan/routes.ts';

const BASE: RoutesOptions = { hosts: { 'x.example.com': 'web' } };
const base = hashesOf(routesOf(BASE));
/** The parts that differ from those of `BASE`. */
const differing = (other: Hashes): string[] =>
  (['frontEnd', 'routes', 'members'] as const).filter((part) => other[part] !== base[part]);

describe('hashes of what is wanted, by the parts that are written apart', () => {
  it.each<[string, RoutesOptions, string[]]>([
    ['nothing', {}, []],
    ['another host', { hosts: { 'y.example.com': 'web' } }, ['routes']],
    ['another Service', { hosts: { 'x.example.com': 'api' } }, ['routes', 'members']],
    ['another age', { created: 200 }, ['routes']],
    ['another member', { members: 2 }, ['members']],
    ['another setting of a back end', { settings: { lbvserver: { lbmethod: 'TOKEN' } } }, ['routes']],
    ['another setting of the front end', { frontEndSettings: { clttimeout: 60 } }, ['frontEnd']],
    ['another address', { vip: '192.0.2.11' }, ['frontEnd', 'routes']],
    ['a redirect', { redirect: true }, ['frontEnd', 'routes']],
  ])('%s', (_what, more, expected) => {
    expect(differing(hashesOf(routesOf({ ...BASE, ...more })))).toEqual(expected);
  });

  it('say where a back end has no member: its policies are unbound (VAL-8)', () => {
    const empty = hashesOf(routesOf({ ...BASE, members: 0 })).members;
    expect([empty.endsWith('-'), base.members.endsWith('-')]).toEqual([true, false]);
    const both = routesOf({ hosts: { 'x.example.com': 'web', 'y.example.com': 'api' } });
    const one = {
      ...both,
      backEnds: both.backEnds.map((each, index) => (index === 0 ? { ...each, members: [] } : each)),
    };
    expect(hashesOf(one).members.endsWith('-')).toBe(true);
  });

  it('are ten characters, so that a row holds three', () => {
    for (const hash of Object.values(base)) expect(hash).toMatch(/^[a-z2-7]{10}$/);
  });

  it('are the same for members in any order', () => {
    const two = routesOf({ ...BASE, members: 2 });
    const turned = { ...two, backEnds: two.backEnds.map((each) => ({ ...each, members: each.members.toReversed() })) };
    expect(hashesOf(turned)).toEqual(hashesOf(two));
  });

  it('the front end’s is the same for routes in any order', () => {
    const set = routesOf({ ...BASE, redirect: true });
    expect(hashesOf({ ...set, routes: set.routes.toReversed() }).frontEnd).toBe(hashesOf(set).frontEnd);
  });

  it.each(['frontEnd', 'routes', 'members'] as const)('are equal only where all are: %s', (part) => {
    expect(sameHashes(base, { ...base })).toBe(true);
    expect(sameHashes(base, { ...base, [part]: 'other' })).toBe(false);
  });
});
