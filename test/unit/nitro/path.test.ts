import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inPath, pairs, readPath, removePath } from '../../../lib/nitro/path.ts';

describe('paths', () => {
  it.each([
    ['nsp-a', 'nsp-a'],
    ['LS/1', 'LS%252F1'],
    ['a b#c:d', 'a%2520b%2523c%253Ad'],
    ['100%', '100%2525'],
  ])('names are encoded twice: %s', (name, encoded) => {
    expect(inPath(name)).toBe(encoded);
  });

  it.each([
    [{ key: '*.foo.com' }, 'key:*.foo.com'],
    [{ key: '#digest.1.owner' }, 'key:%23digest.1.owner'],
    [{ key: 'a,b:c' }, 'key:a%2Cb%3Ac'],
    [{ policyname: 'p', priority: 7, type: 'CLIENTHELLO_REQ' }, 'policyname:p,priority:7,type:CLIENTHELLO_REQ'],
    [{ servername: '2001:db8::1', port: 8443 }, 'servername:2001%3Adb8%3A%3A1,port:8443'],
    [{ name: '/^k8s-(a|b)$/' }, 'name:%2F%5Ek8s-(a%7Cb)%24%2F'],
    [{ key: 'a&b=c?d e+f' }, 'key:a%26b%3Dc%3Fd%20e%2Bf'],
  ])('colon within and comma between pairs stay plain, values are encoded once: %j', (values, text) => {
    expect(pairs(values as Record<string, string | number>)).toBe(text);
  });

  it('no value reaches beyond its pair, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
        (value) => {
          const text = pairs({ key: value, port: 1 });
          expect(text).toMatch(/^key:[^:,&#?/\s]*,port:1$/);
          expect(decodeURIComponent(text.slice(4, -7))).toBe(value);
        },
      ),
    );
  });

  it.each([
    ['lbvserver', {}, [], 'config/lbvserver'],
    ['lbvserver', { name: 'a/b' }, [], 'config/lbvserver/a%252Fb'],
    ['csvserver', { filter: { ipv46: '192.0.2.1' } }, [], 'config/csvserver?filter=ipv46:192.0.2.1'],
    ['x', { filter: { a: '1' }, attrs: ['a', 'b'] }, ['count=yes'], 'config/x?filter=a:1&attrs=a,b&count=yes'],
    // Bindings of all parents at once have to be asked for.
    ['a_b_binding', {}, [], 'config/a_b_binding?bulkbindings=yes'],
    ['a_b_binding', { name: 'n' }, [], 'config/a_b_binding/n'],
  ])('reads of %s %j', (type, query, more, path) => {
    expect(readPath(type, query, more)).toBe(path);
  });

  it('a removal names what else identifies the row: a monitor its type', () => {
    expect(removePath('lbmonitor', 'nsp-m', { type: 'TCP' })).toBe('config/lbmonitor/nsp-m?args=type:TCP');
    expect(removePath('lbvserver', 'nsp-a', {})).toBe('config/lbvserver/nsp-a');
  });
});
