import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApplianceError } from '../../../../lib/simulator/errors.ts';
import { parseArgs, parseFilter, parseTarget } from '../../../../lib/simulator/http/url.ts';

describe('a NITRO URL', () => {
  it.each<[string, unknown]>([
    ['/nitro/v1/config/lbvserver', { area: 'config', kind: 'lbvserver', name: undefined }],
    ['/nitro/v1/config//lbvserver/v/', { kind: 'lbvserver', name: 'v' }],
    ['/nitro/v1/stat/hanode', { area: 'stat', kind: 'hanode' }],
    ['/nitro/v2/config/login', { kind: 'login' }],
    ['/nitro/v1/config/', { kind: '' }],
    ['/nitro/v1/config/x/LS%2F1', { name: 'LS/1' }],
    ['/nitro/v1/config/x/LS%252F1', { name: 'LS/1' }],
    ['/nitro/v1/config/x/a+b', { name: 'a b' }],
    ['/nitro/v1/config/x/a%2Bb', { name: 'a b' }],
    ['/nitro/v1/config/x/a/b', { name: 'a/b' }],
  ])('%s', (url, expected) => {
    expect(parseTarget(url)).toMatchObject(expected as object);
  });

  it.each(['/', '/nitro/v3/config/x', '/nitro/v1/other/x', '/index.html'])('%s is not a NITRO URL', (url) => {
    expect(parseTarget(url)).toBeUndefined();
  });

  it('& and ; separate parameters, a ; inside a value does not', () => {
    const parameters = (url: string) => Object.fromEntries(parseTarget(`/nitro/v1/config/x?${url}`)!.parameters);
    expect(parameters('pagesize=10;pageno=2')).toEqual({ pagesize: '10', pageno: '2' });
    expect(parameters('args=counters:a;b;c&COUNT=yes')).toEqual({ args: 'counters:a;b;c', count: 'yes' });
    expect(parameters('args=')).toEqual({ args: '' });
  });
});

describe('args', () => {
  it.each<[string, unknown]>([
    ['', {}],
    ['type:HTTP', { type: 'HTTP' }],
    ['PolicyName:p%2Cq,priority:10', { policyname: 'p,q', priority: '10' }],
    ['ip:2001:db8::1,port:80', { ip: '2001:db8::1', port: '80' }],
    ['key:%23h.1', { key: '#h.1' }],
    ['type%3AHTTP%2Cname%3Ax', { type: 'HTTP', name: 'x' }],
    ['a:1,a:2', { a: '2' }],
  ])('%s', (raw, expected) => {
    expect(parseArgs(raw)).toEqual(expected);
  });

  it('property: encoded arguments read back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (a, b) => {
        expect(parseArgs(`x:${encodeURIComponent(a)},y:${encodeURIComponent(b)}`)).toEqual({ x: a, y: b });
      }),
    );
  });
});

describe('filters', () => {
  it.each<[string, string, boolean]>([
    ['name:a', 'a', true],
    ['name:a', 'ab', false],
    ['name:/a/', 'bab', true],
    ['name:/^a$/', 'ab', false],
    ['name:/a,b/', 'a,b', true],
    ['name:/a:b/', 'a:b', true],
    ['name:/a\\/b/', 'a/b', true],
    ['name:%2F%5Ea%2F', 'abc', true],
    ['name%3A%2F%5Ea%2F', 'abc', true],
    ['name:/100%/', '100%', true],
    ['name:/(?i)ABC/', 'xabcx', true],
    ['name:/a{2,3}/', 'aa', true],
  ])('%s on %s: %s', (raw, value, expected) => {
    const [term, ...more] = parseFilter(raw);
    expect(more).toEqual([]);
    expect(term).toMatchObject({ attribute: 'name' });
    expect(term?.test(value)).toBe(expected);
  });

  it('several terms, a pattern first', () => {
    expect(parseFilter('name:/^a,b/,comment:x,port:443').map((term) => term.attribute)).toEqual([
      'name',
      'comment',
      'port',
    ]);
  });

  it.each(['name:/(/', 'name'])('%s is refused', (raw) => {
    expect(() => parseFilter(raw)).toThrow(ApplianceError);
  });
});
