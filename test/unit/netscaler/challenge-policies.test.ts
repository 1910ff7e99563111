import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import { httpRules } from '../../../lib/netscaler/expressions.ts';
import {
  backendResources,
  challengeIn,
  challengeKey,
  type FrontendUse,
  frontendResources,
  hostValue,
  isWide,
} from '../../../lib/netscaler/index.ts';
import { CHALLENGE_PREFIX, type Frontend, longestChallenge, tokenIn } from '../../../lib/route/index.ts';
import { compileExpression } from '../../../lib/simulator/expression/compile.ts';
import { CONTEXT, outline } from './support.ts';

const HTTP: Frontend = { vip: '192.0.2.10', port: 80, kind: 'http' };
const MAP = 'nsp_f_192_0_2_10_80';
const OWNER = { cluster: 'c', namespace: 'n', name: 'shop' };
const KEY = ownerKey(OWNER);
const BACKEND = { service: 'solver', port: '8089', frontendKey: '192.0.2.10_80', settings: '' };
const resources = (more: Partial<FrontendUse> = {}) =>
  frontendResources(CONTEXT, {
    ...{ frontend: HTTP, owners: ['o'], securePorts: [443], manyLabels: false, listener: false, challenges: true },
    ...more,
  });

/** What a rule of an http front end says of a request, with these rows in its map; evaluated by the simulator. */
function evaluated(rule: string, rows: ReadonlyMap<string, string>, host: string, path: string): unknown {
  const sets = {
    mapValue: (map: string, key: string) => (map === MAP ? rows.get(key) : undefined),
    patterns: () => undefined,
    hasPattern: () => false,
  };
  const request = { method: 'GET', target: path, version: 'HTTP/1.1', headers: new Map([['host', host]]), length: 0 };
  const client = { address: '192.0.2.1', port: 1 };
  const scope = { expression: () => undefined, hasMap: () => true, hasSet: () => true };
  return compileExpression(rule, scope as never).run({ request, client, server: client, vserver: 'v', sets } as never);
}

describe('VAL-19: a front end that lets challenges through', () => {
  it('has a policy of the responder before the redirects, and one of content switching with a computed target', () => {
    const own = outline(resources()).filter((line) => line.includes('challenges'));
    expect(own).toEqual([
      'front-end-policy responderpolicy nsp-challenges-192.0.2.10-80',
      'switching-action csaction nsp-challenges-192.0.2.10-80',
      'switching-policy cspolicy nsp-challenges-192.0.2.10-80',
      'front-end-binding csvserver_responderpolicy_binding nsp-192.0.2.10-80 nsp-challenges-192.0.2.10-80 REQUEST',
      'front-end-binding csvserver_cspolicy_binding nsp-192.0.2.10-80 nsp-challenges-192.0.2.10-80',
    ]);
    const priorities = resources({ securePorts: [1, 2, 65_535] }).flatMap(({ type, attributes }) =>
      type === 'csvserver_responderpolicy_binding' ? [Number(attributes.priority)] : [],
    );
    expect(new Set(priorities).size).toBe(priorities.length);
    expect(Math.min(...priorities)).toBe(1);
  });

  it('is as before without challenges: no object and no rule differs', () => {
    const plain = resources({ challenges: false });
    expect(outline(plain).filter((line) => line.includes('challenges'))).toEqual([]);
    expect(plain.flatMap(({ attributes }) => attributes.rule ?? [])).toContain(httpRules.exact(MAP, 443));
    expect(plain.find(({ role }) => role === 'ready')?.attributes.value).toBe('http 443');
    expect(resources().find(({ role }) => role === 'ready')?.attributes.value).toBe('http 443 challenges');
  });

  it.each([
    ['a redirect of such hosts is wide', httpRules.exactOrOwned(MAP, 443), true],
    ['a plain one is not', httpRules.exact(MAP, 443), false],
    ['a wildcard is not', httpRules.wildcard(MAP, 443), false],
    ['the rule of challenges is not', httpRules.challenge(MAP), false],
  ])('%s: it narrows only after the rows', (_what, rule, wide) => expect(isWide(rule)).toBe(wide));

  it('fits the limit of a rule', () => {
    for (const rule of [
      httpRules.challenge(MAP),
      httpRules.challengeServer(MAP),
      httpRules.exactOrOwned(MAP, 65_535),
    ]) {
      expect(rule.length).toBeLessThan(1_499);
    }
  });

  it('has a server and a group for plain HTTP for each solver, without policy and action', () => {
    const use = { owner: OWNER, key: BACKEND, settings: {}, members: [], frontend: HTTP, forms: new Set<never>() };
    const solver = backendResources(CONTEXT, use);
    expect(solver.map(({ type }) => type)).toEqual([
      'lbvserver',
      'servicegroup',
      'lbvserver_servicegroup_binding',
      'servicegroup_servicegroupmemberlist_binding',
    ]);
    expect(solver.flatMap(({ attributes }) => attributes.servicetype ?? [])).toEqual(['HTTP', 'HTTP']);
  });
});

describe('VAL-19: rows of challenges', () => {
  const redirect = (challenges: boolean) =>
    hostValue(
      CONTEXT.names,
      { owner: OWNER, ownerKey: KEY, target: { securePort: 443, ...(challenges ? { challenges: true } : {}) } },
      undefined,
    );
  const server = hostValue(
    CONTEXT.names,
    { owner: OWNER, ownerKey: KEY, target: { service: 's', challenge: true } },
    BACKEND,
  );
  const token = fc.string({
    unit: fc.constantFrom(...'abcXYZ019-_'),
    minLength: 1,
    maxLength: 43,
  });
  const host = fc.constantFrom('a.example.com', 'b.example.com');

  it('the row of a host names its holder only where challenges are let through', () => {
    expect(redirect(false)).toBe('443');
    expect(redirect(true)).toBe(`443-${KEY}`);
  });

  it('exactly the challenge of the holder passes, and names its server; every other request is redirected', () => {
    fc.assert(
      fc.property(host, host, token, token, fc.boolean(), fc.boolean(), (one, asked, is, got, holds, lets) => {
        const rows = new Map([
          [one, holds ? redirect(lets) : `443-${ownerKey({ ...OWNER, name: 'other' })}`],
          [challengeKey(KEY, one, is), server],
        ]);
        const path = `${CHALLENGE_PREFIX}${got}`;
        const passes = one === asked && is === got && holds && lets;
        expect(evaluated(httpRules.challenge(MAP), rows, asked, path)).toBe(passes);
        if (passes) expect(evaluated(httpRules.challengeServer(MAP), rows, asked, path)).toBe(server);
        expect(evaluated(httpRules.exactOrOwned(MAP, 443), rows, asked, path)).toBe(one === asked);
        expect(evaluated(httpRules.exactOrOwned(MAP, 44), rows, asked, path)).toBe(false);
      }),
    );
  });

  it('a client that names the key of a row as its host gets nothing', () => {
    const key = challengeKey(KEY, 'a.example.com', 'T');
    const rows = new Map([
      ['a.example.com', redirect(true)],
      [key, server],
    ]);
    expect(evaluated(httpRules.challenge(MAP), rows, key, `${CHALLENGE_PREFIX}T`)).toBe(false);
    expect(evaluated(httpRules.exactOrOwned(MAP, 443), rows, key, '/')).toBe(false);
  });

  it('the key of the longest challenge fits a row, and reads back', () => {
    const long = 'a'.repeat(longestChallenge - 1);
    const key = challengeKey(KEY, long, 'T');
    expect(key).toHaveLength(255);
    expect(challengeIn(key)).toEqual({ host: long, token: 'T' });
    expect(challengeIn('a.example.com')).toBeUndefined();
  });

  it('a token is one segment of base64url', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const found = tokenIn(`${CHALLENGE_PREFIX}${text}`);
        expect(found === undefined || (found === text && /^[\w-]{1,128}$/.test(text))).toBe(true);
      }),
    );
    expect(tokenIn('/x/.well-known/acme-challenge/T')).toBeUndefined();
  });
});
